using Amazon.Runtime;
using Amazon.S3;
using TempoCos.Contracts;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>Opens the bucket with the key from the Secret.</summary>
internal sealed class BucketConnector(BucketSecrets secrets)
{
    private const string CosDomain = "cloud-object-storage.appdomain.cloud";
    private const string DefaultRegion = "us-east-1";
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    public async Task<BucketConnection> ConnectAsync(BucketReference reference, CancellationToken ct)
    {
        var secret = await secrets.ReadAsync(reference, ct);
        var http = new MeteredHttpClientFactory(RequestTimeout);
        var client = new AmazonS3Client(new BasicAWSCredentials(secret.AccessKeyId, secret.AccessKeySecret), new AmazonS3Config
        {
            ServiceURL = secret.Endpoint.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = Region(secret.Endpoint),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 5,
            RetryMode = RequestRetryMode.Standard,
            Timeout = RequestTimeout,
            HttpClientFactory = http,
        });
        return new BucketConnection(secret, client, new S3BlockStore(client, secret.Bucket), http);
    }

    // s3.us-east.cloud-object-storage.appdomain.cloud and s3.private.us-east.…: the label before the domain.
    private static string Region(Uri endpoint) =>
        endpoint.Host.EndsWith(CosDomain, StringComparison.OrdinalIgnoreCase) && endpoint.Host[..^CosDomain.Length].Trim('.').Split('.') is [_, .., var region]
            ? region
            : DefaultRegion;
}
