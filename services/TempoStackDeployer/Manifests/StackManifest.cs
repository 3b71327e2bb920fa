using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>A TempoStack or TempoMonolithic as the user wants it, and what is to be there before it.</summary>
internal sealed class StackManifest(string kind, string name, string @namespace, JsonObject document, IReadOnlyList<ManifestObject>? objects = null)
{
    private static readonly string[] MonolithicStore = ["spec", "storage", "traces", "s3"];

    public string Kind => kind;

    public bool IsMonolithic => kind == StackKind.TempoMonolithic;

    public string Name => name;

    public string Namespace => @namespace;

    public JsonObject Document => document;

    /// <summary>The manifest's other objects, in its order.</summary>
    public IReadOnlyList<ManifestObject> Objects => objects ?? [];

    /// <summary>Whether jaeger-query is asked for.</summary>
    public bool HasJaeger => IsMonolithic ? Flag("spec", "jaegerui", "enabled") : Flag("spec", "template", "queryFrontend", "jaegerQuery", "enabled");

    /// <summary>How jaeger-query is to be reached from outside, whether or not it is asked for: ingress, route, or empty.</summary>
    public string JaegerIngressAsked => IsMonolithic
        ? Flag("spec", "jaegerui", "ingress", "enabled") ? "ingress" : Flag("spec", "jaegerui", "route", "enabled") ? "route" : ""
        : Text("spec", "template", "queryFrontend", "jaegerQuery", "ingress", "type") is { } type and not "none" ? type : "";

    /// <summary>ingress, route, or empty.</summary>
    public string JaegerIngress => HasJaeger ? JaegerIngressAsked : "";

    /// <summary>What it says of the Ingress or Route of a TempoStack's way in, or of a TempoMonolithic's Route; null when nothing.</summary>
    public JsonNode? Route => IsMonolithic ? At("spec", "jaegerui", "route")
        : HasGateway ? At("spec", "template", "gateway", "ingress") : At("spec", "template", "queryFrontend", "jaegerQuery", "ingress");

    /// <summary>Whether the gateway stands in front.</summary>
    public bool HasGateway => IsMonolithic ? IsMultitenant && Tenants.Count > 0 : Flag("spec", "template", "gateway", "enabled");

    /// <summary>Whether Tempo asks for a tenant.</summary>
    public bool IsMultitenant => IsMonolithic ? Flag("spec", "multitenancy", "enabled") : At("spec", "tenants") is not null;

    /// <summary>spec.tenants or spec.multitenancy.</summary>
    public JsonObject? Tenancy => At("spec", IsMonolithic ? "multitenancy" : "tenants") as JsonObject;

    /// <summary>static or openshift; empty without tenants.</summary>
    public string TenantMode => Text("spec", IsMonolithic ? "multitenancy" : "tenants", "mode") ?? "";

    /// <summary>The gateway's tenants, in the manifest's order.</summary>
    public IReadOnlyList<StackTenant> Tenants =>
    [
        .. from tenant in (Tenancy?["authentication"] as JsonArray ?? []).OfType<JsonObject>()
           select new StackTenant(tenant["tenantName"]?.ToString() ?? "", tenant["tenantId"]?.ToString() ?? ""),
    ];

    /// <summary>Name of the Secret with endpoint, bucket and key.</summary>
    public string? StorageSecretName => IsMonolithic ? Text([.. MonolithicStore, "secret"]) : Text("spec", "storage", "secret", "name");

    public string? CredentialMode => IsMonolithic ? Text([.. MonolithicStore, "credentialMode"]) : Text("spec", "storage", "secret", "credentialMode");

    /// <summary>Whether it switches TLS to the store on or off, and does not leave that open.</summary>
    public bool SaysStorageTls => At([.. StorageTlsPath, "enabled"]) is not null;

    public bool StorageTls => Flag([.. StorageTlsPath, "enabled"]);

    /// <summary>Where TLS to the store is configured.</summary>
    public string[] StorageTlsPath => IsMonolithic ? [.. MonolithicStore, "tls"] : ["spec", "storage", "tls"];

    /// <summary>Where it stands how long blocks are kept; of a TempoMonolithic only Tempo's own setting says it.</summary>
    public string[] RetentionPath => IsMonolithic ? ["spec", "extraConfig", "tempo", "compactor", "compaction", "block_retention"] : ["spec", "retention", "global", "traces"];

    /// <summary>Replicas that the manifest asks of a component (distributor, queryFrontend, …), or null when it leaves them to the operator.</summary>
    public int? Replicas(string component) =>
        (component == "queryFrontend"
            ? At("spec", "template", component, "component", "replicas") ?? At("spec", "template", component, "replicas")
            : At("spec", "template", component, "replicas") ?? At("spec", "template", component, "component", "replicas")) is JsonValue value
            && value.TryGetValue<long>(out var replicas) ? (int)replicas : null;

    /// <summary>TLS to the store, on.</summary>
    public void EnableStorageTls() => DocumentPath.Set(Document, [.. StorageTlsPath, "enabled"], true);

    /// <summary>The settings of spec.extraConfig.tempo, flattened: <c>storage.trace.blocklist_poll</c> to <c>2s</c>.</summary>
    public IReadOnlyDictionary<string, string> ExtraConfig()
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten("", At("spec", "extraConfig", "tempo"), settings);
        return settings;
    }

    public JsonNode? At(params ReadOnlySpan<string> path)
    {
        JsonNode? node = Document;
        foreach (var part in path)
        {
            node = (node as JsonObject)?[part];
        }

        return node;
    }

    public string? Text(params ReadOnlySpan<string> path) =>
        At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public bool Flag(params ReadOnlySpan<string> path) => At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    private static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> settings)
    {
        if (node is JsonObject section)
        {
            foreach (var (key, value) in section)
            {
                Flatten(path.Length == 0 ? key : $"{path}.{key}", value, settings);
            }
        }
        else if (path.Length > 0)
        {
            settings[path] = node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : node?.ToJsonString() ?? "null";
        }
    }
}
