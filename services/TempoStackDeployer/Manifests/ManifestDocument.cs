using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>A document of a manifest, or an item of a List in it.</summary>
internal sealed record ManifestDocument(JsonObject Content, ManifestOrigin Origin)
{
    public string Kind => Text("kind");

    public string ApiVersion => Text("apiVersion");

    private string Text(string field) => Content[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
