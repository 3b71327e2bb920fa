using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>A pod, or the template of one, as its security is looked at.</summary>
public sealed class PodView(JsonNode? metadata, JsonNode? specification)
{
    public JsonNode? Specification { get; } = specification;

    public JsonNode? Security { get; } = specification.At("securityContext");

    public IReadOnlyDictionary<string, string> Annotations { get; } = metadata.TextMap("annotations");

    public IReadOnlyList<JsonObject> Containers { get; } =
        [.. specification.Objects("initContainers"), .. specification.Objects("containers"), .. specification.Objects("ephemeralContainers")];

    public bool IsWindows => Specification.Text("os", "name") == "windows";

    /// <summary>Root in it is nobody outside of it.</summary>
    public bool HasOwnUsers => Specification.At("hostUsers") is { } users && !users.Flag();

    /// <summary>The names of the containers of which something holds.</summary>
    public List<string> Named(Func<JsonObject, bool> holds) => [.. Containers.Where(holds).Select(Name)];

    public static string Name(JsonObject container) => container.Text("name") ?? "";

    public static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));

    public static string Sorted(IEnumerable<string> values) => Quoted(values.Distinct().Order(StringComparer.Ordinal));

    public static string Of(IReadOnlyCollection<string> names) => $"container{(names.Count == 1 ? "" : "s")} {Quoted(names)}";

    /// <summary>The pod itself, its containers, or both; null for neither.</summary>
    public static string? Setters(bool pod, IReadOnlyCollection<string> containers) =>
        !pod && containers.Count == 0 ? null : string.Join(" and ", (string[])[.. pod ? ["pod"] : (string[])[], .. containers.Count > 0 ? [Of(containers)] : (string[])[]]);
}
