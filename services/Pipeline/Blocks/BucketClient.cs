using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using TempoCos.Pipeline.S3;

namespace TempoCos.Pipeline.Blocks;

/// <summary>Makes the client of a bucket.</summary>
internal static class BucketClient
{
    public static AmazonS3Client Create(S3Settings settings, BlockLocation location)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.UsesPathStyle,
            MaxErrorRetry = 3,
            RetryMode = RequestRetryMode.Standard,
            Timeout = TimeSpan.FromSeconds(60),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // Stores other than AWS' may not know the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = settings.SigningRegion;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.SigningRegion);
        }

        return new AmazonS3Client(S3Credentials.Find(settings, config, location.ToString()), config);
    }
}
