using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Blocks;

/// <summary>Makes the client of a bucket.</summary>
internal static class BucketClient
{
    private const string CosDomain = "cloud-object-storage.appdomain.cloud";
    private const string AwsDomain = "amazonaws.com";
    private const string DefaultRegion = "us-east-1";

    public static AmazonS3Client Create(S3Settings settings, BlockLocation location)
    {
        var region = settings.Region ?? (settings.Endpoint is null ? FallbackRegionFactory.GetRegionEndpoint()?.SystemName : RegionOf(settings.Endpoint)) ?? DefaultRegion;
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.PathStyle ?? (settings.Endpoint is { } e && !e.Host.EndsWith(AwsDomain, StringComparison.OrdinalIgnoreCase)),
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
            config.AuthenticationRegion = region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return new AmazonS3Client(Credentials(settings, config, location), config);
    }

    private static AWSCredentials Credentials(S3Settings settings, AmazonS3Config config, BlockLocation location)
    {
        if (settings is { AccessKey: { } id, SecretKey: { } secret })
        {
            return settings.SessionToken is { } token ? new SessionAWSCredentials(id, secret, token) : new BasicAWSCredentials(id, secret);
        }

        try
        {
            return Amazon.Runtime.Credentials.DefaultAWSCredentialsIdentityResolver.GetCredentials(config);
        }
        catch (Exception e) when (e is AmazonClientException or ArgumentException or InvalidOperationException)
        {
            throw BlockFailure.NoCredentials(location, e);
        }
    }

    // s3.us-east.cloud-object-storage.appdomain.cloud and s3.private.us-east.…: the label before the domain.
    private static string? RegionOf(Uri endpoint) =>
        endpoint.Host.EndsWith(CosDomain, StringComparison.OrdinalIgnoreCase) && endpoint.Host[..^CosDomain.Length].Trim('.').Split('.') is [_, .., var region] ? region
            : endpoint.Host.EndsWith(AwsDomain, StringComparison.OrdinalIgnoreCase) && endpoint.Host[..^AwsDomain.Length].Trim('.').Split('.') is [.., "s3", var aws] ? aws
            : null;
}
