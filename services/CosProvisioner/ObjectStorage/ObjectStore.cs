using Amazon.Runtime;
using Amazon.S3;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>S3 clients of an endpoint, for either kind of credential.</summary>
internal sealed class ObjectStore(IHttpClientFactory clients)
{
    public const string BearerClientName = "object-store-bearer";
    public const string HmacClientName = "object-store-hmac";

    /// <summary>With the IAM token, on behalf of a service instance: it can do everything before there is a key and after it is gone.</summary>
    public AmazonS3Client WithBearer(StorageLocation location, string instanceCrn) =>
        new(new AnonymousAWSCredentials(), Config(location, new PooledHttpClientFactory(clients, BearerClientName, instanceCrn)));

    /// <summary>As Tempo will speak to it.</summary>
    public AmazonS3Client WithHmac(StorageLocation location, HmacKey key) =>
        new(new BasicAWSCredentials(key.AccessKeyId, key.SecretAccessKey), Config(location, new PooledHttpClientFactory(clients, HmacClientName, null)));

    private static AmazonS3Config Config(StorageLocation location, HttpClientFactory factory) => new()
    {
        ServiceURL = location.Endpoint,
        ForcePathStyle = true,
        AuthenticationRegion = location.Region,

        // The SDK's own defaults are tested with AWS alone: trailing checksums are young on IBM's side.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,

        // The HTTP client retries, and heeds Retry-After.
        MaxErrorRetry = 0,
        Timeout = Timeout.InfiniteTimeSpan,
        HttpClientFactory = factory,
    };
}
