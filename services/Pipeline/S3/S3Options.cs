using System.CommandLine;
using System.CommandLine.Parsing;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.S3;

/// <summary>The options that say how a bucket is reached.</summary>
internal sealed class S3Options
{
    private readonly Option<string?> _endpoint = new("--s3-endpoint")
    {
        Description = "Endpoint of the object store; https is assumed without a scheme [default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else AWS].",
        HelpName = "URL",
    };

    private readonly Option<string?> _region = new("--s3-region") { Description = "Region that requests are signed for [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the endpoint's, else us-east-1].", HelpName = "REGION" };
    private readonly Option<string?> _accessKey = new("--s3-access-key") { Description = "Access key id [default: AWS_ACCESS_KEY_ID, else the shared credentials file].", HelpName = "ID" };
    private readonly Option<string?> _secretKey = new("--s3-secret-key")
    {
        Description = "Secret key. Other users of this machine can read a command line: better set AWS_SECRET_ACCESS_KEY, or give @FILE to read it from a file.",
        HelpName = "SECRET|@FILE",
    };

    private readonly Option<bool?> _pathStyle = new("--s3-path-style")
    {
        Description = "Address the bucket in the path instead of the host name [default: true for every endpoint but AWS].",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 || ParseBool(result),
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _endpoint, _region, _accessKey, _secretKey, _pathStyle })
        {
            command.Add(option);
        }
    }

    public S3Settings Read(ParseResult parsed)
    {
        var accessKey = parsed.GetValue(_accessKey);
        var secretKey = parsed.GetValue(_secretKey);
        if (accessKey is null != secretKey is null && Environment.GetEnvironmentVariable(secretKey is null ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID") is not { Length: > 0 })
        {
            throw new DiagnosticException(
                "TC247", secretKey is null ? "--s3-access-key" : "--s3-secret-key", "one half of the key is missing", "Give both --s3-access-key and --s3-secret-key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.");
        }

        var (endpoint, text) = Endpoint(parsed);
        return new S3Settings(
            endpoint,
            text,
            parsed.GetValue(_region) ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION"),
            accessKey ?? (secretKey is null ? null : Variable("AWS_ACCESS_KEY_ID")),
            Secret(secretKey) ?? (accessKey is null ? null : Variable("AWS_SECRET_ACCESS_KEY")),
            accessKey is null && secretKey is not null ? Variable("AWS_SESSION_TOKEN") : null,
            parsed.GetValue(_pathStyle));
    }

    private static bool ParseBool(ArgumentResult result)
    {
        if (bool.TryParse(result.Tokens[0].Value, out var value))
        {
            return value;
        }

        result.AddError($"--s3-path-style {result.Tokens[0].Value}: must be true or false");
        return false;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? Secret(string? given)
    {
        if (given is not ['@', .. var file])
        {
            return given;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DiagnosticException("TC247", file, "the file with the secret key cannot be read", "Name a readable file after the @ of --s3-secret-key.", e);
        }
    }

    private (Uri? Endpoint, string? Text) Endpoint(ParseResult parsed)
    {
        var (source, text) = parsed.GetValue(_endpoint) is { } given ? ("--s3-endpoint", given)
            : Variable("AWS_ENDPOINT_URL_S3") is { } service ? ("AWS_ENDPOINT_URL_S3", service)
            : ("AWS_ENDPOINT_URL", Variable("AWS_ENDPOINT_URL"));
        if (text is null)
        {
            return (null, null);
        }

        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var endpoint)
            && endpoint is { Scheme: "http" or "https", Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" }
            ? (endpoint, text)
            : throw new DiagnosticException("TC247", source, "the endpoint is not an http or https address of a host", "Write it like https://s3.us-east.cloud-object-storage.appdomain.cloud, without a key in it.");
    }
}
