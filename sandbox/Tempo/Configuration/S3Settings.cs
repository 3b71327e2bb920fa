namespace TempoCos.Tempo.Configuration;

/// <summary><c>storage.trace.s3:</c> The keys may also come from AWS' usual environment variables.</summary>
public sealed record S3Settings(string Endpoint, string Bucket, string Prefix, string Region, string AccessKey, string SecretKey, bool Insecure)
{
    public static S3Settings From(ConfigurationTree tree)
    {
        const string s3 = "storage.trace.s3.";
        return new(
            tree.Text(s3 + "endpoint"),
            tree.Text(s3 + "bucket"),
            tree.Text(s3 + "prefix").Trim('/'),
            tree.Text(s3 + "region"),
            tree.Text(s3 + "access_key", Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") ?? ""),
            tree.Text(s3 + "secret_key", Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY") ?? ""),
            tree.Boolean(s3 + "insecure", false));
    }

    public void Validate()
    {
        if (Endpoint.Contains("://", StringComparison.Ordinal))
        {
            throw ConfigurationException.BadValue("storage.trace.s3.endpoint", Endpoint, "host:port without a scheme (use insecure: true for http)");
        }

        if (Endpoint.Length == 0)
        {
            throw ConfigurationException.BadValue("storage.trace.s3.endpoint", "", "the object store's host:port");
        }

        if (Bucket.Length == 0)
        {
            throw ConfigurationException.BadValue("storage.trace.s3.bucket", "", "the bucket's name");
        }
    }

    /// <summary>Keys stay out of logs.</summary>
    public override string ToString() => $"{(Insecure ? "http" : "https")}://{Endpoint}/{Bucket}/{Prefix}";
}
