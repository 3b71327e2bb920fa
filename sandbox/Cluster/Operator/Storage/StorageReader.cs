using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Operator.Storage;

/// <summary>Reads the storage Secret and the CA's ConfigMap as the operator does, with its messages.</summary>
public sealed class StorageReader(ObjectStore store, string ns, StorageRequest request)
{
    private const string TokenFile = "/var/run/secrets/storage/serviceaccount/token";
    private const string Mixed = "storage secret contains fields for long lived and short lived configuration";

    private readonly List<StorageFault> faults = [];
    private IReadOnlyDictionary<string, string> data = new Dictionary<string, string>();

    /// <summary>The parameters, or null and what is wrong.</summary>
    public StorageParameters? Read(out IReadOnlyList<StorageFault> found)
    {
        found = faults;
        if (request.Type is "memory" or "pv")
        {
            return new StorageParameters { Type = request.Type };
        }

        if (!request.TlsDecides && request.Type is "s3" or "azure" or "gcs" && request.SecretName.Length == 0)
        {
            return Fault("please specify a storage secret");
        }

        if (request.TlsDecides || request.Type is "s3" or "azure" or "gcs")
        {
            if (store.Find(new ObjectKey(BuiltInResources.Secrets, ns, request.SecretName))?.ToObject() is not { } secret)
            {
                return Fault($"could not fetch storage configuration secret: Secret \"{request.SecretName}\" not found. Tempo will start once the storage secret is available", mayCome: true);
            }

            data = secret.TextMap("data");
        }

        var parameters = request.Type switch
        {
            "s3" => S3(),
            "azure" => Azure(),
            "gcs" => Gcs(),
            "" => Type("storage secret type is required"),
            _ => Type($"{request.Type} is not an allowed storage secret type"),
        };
        return faults.Count > 0 ? null : parameters;
    }

    /// <exception cref="ConfigurationException">Something is wrong.</exception>
    public StorageParameters Require() =>
        Read(out var found) ?? throw new ConfigurationException("InvalidStorageConfig", string.Join(", ", found.Select(fault => fault.Detail)));

    private StorageParameters? S3()
    {
        var mode = request.CredentialMode;
        if (mode.Length == 0)
        {
            var (isShort, isLong) = (Has("region") || Has("role_arn"), Has("endpoint") || Has("access_key_id") || Has("access_key_secret"));
            if (isShort && isLong)
            {
                return Fault(Mixed);
            }

            mode = isShort ? "token" : "static";
        }

        Require(mode switch
        {
            "static" => ["bucket", "endpoint", "access_key_id", "access_key_secret"],
            "token" => ["bucket", "region", "role_arn"],
            _ => ["bucket", "region"],
        });
        var endpoint = Value("endpoint");
        if (mode == "static" && Has("endpoint") && !IsUrl(endpoint))
        {
            Fault("\"endpoint\" field of storage secret must be a valid URL");
        }

        // The scheme is cut off. In a TempoStack it decides nothing: an https endpoint without storage.tls is called in the clear.
        return faults.Count > 0 ? null : new StorageParameters
        {
            Type = "s3",
            CredentialMode = mode,
            SecretName = request.SecretName,
            Bucket = Value("bucket"),
            Endpoint = mode == "static" ? WithoutScheme(endpoint) : "",
            Insecure = mode == "static" && (request.TlsDecides ? !request.Tls.Flag("enabled") : !endpoint.StartsWith("https://", StringComparison.Ordinal)),
            Region = Value("region"),
            RoleArn = mode == "token" ? Value("role_arn") : "",
            CaFile = request.Tls.Flag("enabled") && request.Tls.Text("caName") is { Length: > 0 } ca ? CaFile(ca) : "",
            ContentHash = mode == "token-cco" ? Hash() : "",
        };
    }

    private StorageParameters? Azure()
    {
        if (request.CredentialMode.Length == 0 && Has("tenant_id") && Has("account_key"))
        {
            return Fault(Mixed);
        }

        var mode = request.CredentialMode.Length > 0 ? request.CredentialMode : Has("tenant_id") ? "token" : "static";
        if (mode == "token-cco")
        {
            return Fault("not supported by azure secret credential mode", mode);
        }

        Require(mode == "static" ? ["container", "account_name", "account_key"] : ["container", "account_name", "client_id", "tenant_id"]);
        NoTls("Azure Storage");
        return new StorageParameters
        {
            Type = "azure",
            CredentialMode = mode,
            SecretName = request.SecretName,
            Bucket = Value("container"),
            ClientId = Value("client_id"),
            TenantId = Value("tenant_id"),
            Audience = Has("audience") ? Value("audience") : "api://AzureADTokenExchange",
        };
    }

    private StorageParameters? Gcs()
    {
        JsonNode? key = null;
        if (request.CredentialMode is "" or "token")
        {
            if (Value("key.json").Length == 0)
            {
                return Fault("missing secret field key.json");
            }

            try
            {
                key = JsonNode.Parse(Value("key.json"));
            }
            catch (System.Text.Json.JsonException)
            {
                return Fault("gcp storage secret cannot be parsed from JSON content");
            }
        }

        var mode = request.CredentialMode.Length > 0 ? request.CredentialMode : key.Text("type") == "external_account" ? "token" : "static";
        if (mode == "token-cco")
        {
            return Fault("credential mode not supported for GCS", mode);
        }

        if (mode == "token")
        {
            Require(["bucketname", "key.json"]);
            if (faults.Count == 0 && key.Text("credential_source", "file") != TokenFile)
            {
                Fault("credential source in secret needs to point to token file");
            }
        }

        NoTls("Google Cloud Storage");
        return new StorageParameters
        {
            Type = "gcs",
            CredentialMode = mode,
            SecretName = request.SecretName,
            Bucket = Value("bucketname"),
            Audience = mode == "token" ? Has("audience") ? Value("audience") : "openshift" : "",
        };
    }

    private void Require(IEnumerable<string> keys)
    {
        foreach (var key in keys.Where(key => Value(key).Length == 0))
        {
            Fault($"storage secret must contain \"{key}\" field");
        }
    }

    private void NoTls(string store)
    {
        if (faults.Count == 0 && request.Tls.Flag("enabled"))
        {
            faults.Add(new StorageFault(request.TlsPath + ".enabled", true, $"custom TLS settings are not supported for {store}"));
        }
    }

    private string CaFile(string name)
    {
        var path = request.TlsPath + ".caName";
        if (store.Find(new ObjectKey(BuiltInResources.ConfigMaps, ns, name))?.ToObject() is not { } map)
        {
            faults.Add(new StorageFault(path, name, $"could not fetch ConfigMap: ConfigMap \"{name}\" not found", MayCome: true));
            return "";
        }

        string[] keys = ["service-ca.crt", "ca.crt", "ca-bundle.crt"];
        if (keys.FirstOrDefault(key => map.Text("data", key) is { Length: > 0 }) is { } found)
        {
            return found;
        }

        faults.Add(new StorageFault(path, name, "CA ConfigMap must contain a 'service-ca.crt', 'ca.crt', or 'ca-bundle.crt' key"));
        return "";
    }

    private StorageParameters? Fault(string detail, string? value = null, bool mayCome = false)
    {
        faults.Add(new StorageFault(request.SecretPath, value ?? request.SecretName, detail, mayCome));
        return null;
    }

    private StorageParameters? Type(string detail)
    {
        faults.Add(new StorageFault(request.TypePath, request.Type, detail));
        return null;
    }

    private bool Has(string key) => data.ContainsKey(key);

    private string Value(string key) => data.TryGetValue(key, out var encoded) ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : "";

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var key in data.Keys.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(key + ","));
            hash.AppendData(Convert.FromBase64String(data[key]));
            hash.AppendData(","u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsUrl(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && endpoint.StartsWith(url.Scheme + ":", StringComparison.OrdinalIgnoreCase);

    private static string WithoutScheme(string endpoint) =>
        endpoint.StartsWith("https://", StringComparison.Ordinal) ? endpoint["https://".Length..]
        : endpoint.StartsWith("http://", StringComparison.Ordinal) ? endpoint["http://".Length..]
        : endpoint;
}
