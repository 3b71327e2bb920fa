using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.S3;

/// <summary>The key that options and environment name, or the one that AWS' own tools would find.</summary>
internal static class S3Credentials
{
    /// <param name="settings">What options and environment say.</param>
    /// <param name="config">Of the client that wants it.</param>
    /// <param name="location">For the error.</param>
    public static AWSCredentials Find(S3Settings settings, ClientConfig config, string location)
    {
        if (settings is { AccessKey: { } id, SecretKey: { } secret })
        {
            return settings.SessionToken is { } token ? new SessionAWSCredentials(id, secret, token) : new BasicAWSCredentials(id, secret);
        }

        try
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials(config);
        }
        catch (Exception e) when (e is AmazonClientException or ArgumentException or InvalidOperationException)
        {
            throw None(location, e);
        }
    }

    public static DiagnosticException None(string location, Exception inner) => new(
        "TC224", location, "there are no credentials for the object store", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for the shared credentials file.", inner);
}
