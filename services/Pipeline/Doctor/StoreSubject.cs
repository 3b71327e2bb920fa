using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;
using Amazon.S3;
using TempoCos.Contracts;
using TempoCos.Doctor;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.S3;

namespace TempoCos.Pipeline.Doctor;

/// <summary>The bucket that a command line names.</summary>
internal static class StoreSubject
{
    /// <exception cref="DiagnosticException">Location, endpoint or key are missing or malformed.</exception>
    public static async Task<StoreTarget> ReadAsync(string text, S3Settings settings, FileInfo? authorities)
    {
        var location = BlockLocation.Parse(text);
        if (location.Directory is not null)
        {
            throw new DiagnosticException("TC241", text, "the doctor examines buckets, not directories", "Write s3://BUCKET or s3://BUCKET/PREFIX, with the endpoint in --s3-endpoint.");
        }

        var config = new AmazonS3Config { RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.SigningRegion) };
        ImmutableCredentials key;
        try
        {
            key = await S3Credentials.Find(settings, config, location.ToString()).GetCredentialsAsync();
        }
        catch (Exception e) when (e is AmazonClientException or HttpRequestException)
        {
            throw S3Credentials.None(location.ToString(), e);
        }

        return new StoreTarget(
            settings.EndpointText ?? $"https://s3.{settings.SigningRegion}.amazonaws.com", location.Bucket, location.Prefix, settings.SigningRegion, key.AccessKey, key.SecretKey)
        {
            SessionToken = key.UseToken ? key.Token : null,
            PathStyle = settings.UsesPathStyle,
            Authorities = authorities is null ? null : Read(authorities),
        };
    }

    private static X509Certificate2Collection Read(FileInfo file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable(file, e.Message.TrimEnd('.'), e);
        }

        return authorities.Count > 0 ? authorities : throw Unreadable(file, "there is no certificate in it", null);
    }

    private static DiagnosticException Unreadable(FileInfo file, string why, Exception? inner) =>
        new("TC247", file.FullName, $"the file with the store's authority cannot be read: {why}", "Name a readable file in PEM format with --s3-ca.", inner);
}
