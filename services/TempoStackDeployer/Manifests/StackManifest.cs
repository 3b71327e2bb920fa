using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>A TempoStack as the user wants it.</summary>
internal sealed class StackManifest(string name, string @namespace, JsonObject document)
{
    public string Name => name;

    public string Namespace => @namespace;

    public JsonObject Document => document;

    /// <summary>spec.template.queryFrontend.jaegerQuery.enabled.</summary>
    public bool HasJaeger => Flag("spec", "template", "queryFrontend", "jaegerQuery", "enabled");

    /// <summary>ingress, route, or empty: spec.template.queryFrontend.jaegerQuery.ingress.type.</summary>
    public string JaegerIngress => HasJaeger ? Text("spec", "template", "queryFrontend", "jaegerQuery", "ingress", "type") ?? "" : "";

    public bool HasGateway => Flag("spec", "template", "gateway", "enabled");

    public string? CredentialMode => Text("spec", "storage", "secret", "credentialMode");

    public bool SetsStorageTls => At("spec", "storage", "tls") is not null;

    public bool StorageTls => Flag("spec", "storage", "tls", "enabled");

    /// <summary>Replicas that the manifest asks of a component (distributor, queryFrontend, …), or null when it leaves them to the operator.</summary>
    public int? Replicas(string component) =>
        (component == "queryFrontend"
            ? At("spec", "template", component, "component", "replicas") ?? At("spec", "template", component, "replicas")
            : At("spec", "template", component, "replicas") ?? At("spec", "template", component, "component", "replicas")) is JsonValue value
            && value.TryGetValue<long>(out var replicas) ? (int)replicas : null;

    /// <summary>spec.storage.tls.enabled: true.</summary>
    public void EnableStorageTls() => Document["spec"]!["storage"]!["tls"] = new JsonObject { ["enabled"] = true };

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
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    public string? Text(params ReadOnlySpan<string> path) =>
        At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private bool Flag(params ReadOnlySpan<string> path) => At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

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
