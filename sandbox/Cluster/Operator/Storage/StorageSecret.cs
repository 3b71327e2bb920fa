using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Operator.Storage;

/// <summary>Reads the storage Secret as Tempo Operator 0.22 does, with its messages.</summary>
public static class StorageSecret
{
    private const string InvalidStorageConfig = "InvalidStorageConfig";
    private static readonly string[] LongLived = ["bucket", "endpoint", "access_key_id", "access_key_secret"];
    private static readonly string[] ShortLived = ["region", "role_arn"];

    public static string Name(JsonObject stack) => stack.Text("spec", "storage", "secret", "name") ?? "";

    /// <exception cref="ConfigurationException">The Secret is not there or does not say enough.</exception>
    public static S3Storage Read(ObjectStore store, JsonObject stack)
    {
        var type = stack.Text("spec", "storage", "secret", "type");
        if (type is null or "")
        {
            throw Invalid("storage secret type is required");
        }

        var name = Name(stack);
        var secret = store.Find(new ObjectKey(BuiltInResources.Secrets, stack.Text("metadata", "namespace")!, name))?.ToObject()
            ?? throw Invalid($"could not fetch storage configuration secret: Secret \"{name}\" not found. Tempo will start once the storage secret is available");
        if (type != "s3")
        {
            throw Invalid(type is "azure" or "gcs"
                ? $"this cluster's operator knows only storage secrets of the type s3, not {type}"
                : $"{type} is not an allowed storage secret type");
        }

        return ReadS3(secret, tls: stack.Flag("spec", "storage", "tls", "enabled"));
    }

    private static S3Storage ReadS3(JsonObject secret, bool tls)
    {
        if (ShortLived.Any(Has))
        {
            throw Invalid(LongLived[1..].Any(Has)
                ? "storage secret contains fields for long lived and short lived configuration"
                : "this cluster's operator knows only access keys, not short lived credentials");
        }

        var problems = LongLived.Where(key => Value(key).Length == 0).Select(key => $"storage secret must contain \"{key}\" field").ToList();
        var endpoint = Value("endpoint");
        if (Has("endpoint") && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && endpoint.StartsWith(url.Scheme + ":", StringComparison.OrdinalIgnoreCase)))
        {
            problems.Add("\"endpoint\" field of storage secret must be a valid URL");
        }

        // The scheme is cut off and does not decide: an https endpoint without storage.tls is called in the clear.
        return problems.Count > 0 ? throw Invalid(string.Join(", ", problems)) : new S3Storage(WithoutScheme(endpoint), Value("bucket"), !tls);

        bool Has(string key) => secret.At("data", key) is not null;

        string Value(string key) => secret.Text("data", key) is { } encoded ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : "";
    }

    private static string WithoutScheme(string endpoint) =>
        endpoint.StartsWith("https://", StringComparison.Ordinal) ? endpoint["https://".Length..]
        : endpoint.StartsWith("http://", StringComparison.Ordinal) ? endpoint["http://".Length..]
        : endpoint;

    private static ConfigurationException Invalid(string message) => new(InvalidStorageConfig, message);
}
