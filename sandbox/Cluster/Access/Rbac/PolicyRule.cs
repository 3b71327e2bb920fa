using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Access.Rbac;

/// <summary>One rule of a Role or ClusterRole.</summary>
public sealed record PolicyRule(
    IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, IReadOnlyList<string> Names, IReadOnlyList<string> Paths)
{
    private const string Any = "*";

    public static PolicyRule Parse(JsonObject rule) =>
        new([.. rule.Texts("verbs")], [.. rule.Texts("apiGroups")], [.. rule.Texts("resources")], [.. rule.Texts("resourceNames")], [.. rule.Texts("nonResourceURLs")]);

    public bool Allows(RequestAttributes request) => Has(Verbs, request.Verb) && (request.IsResource
        ? Has(Groups, request.Group) && AllowsResource(request) && (Names.Count == 0 || Names.Contains(request.Name))
        : Paths.Any(path => path == Any || path == request.Path || (path.EndsWith('*') && request.Path.StartsWith(path[..^1], StringComparison.Ordinal))));

    /// <summary>The requests of which this rule is made, for those who grant it.</summary>
    public IEnumerable<RequestAttributes> Atoms(string ns) =>
        from verb in Verbs
        from request in Paths.Count > 0
            ? Paths.Select(path => new RequestAttributes(verb, "", "", "", "", "", "", path))
            : from @group in Groups
              from resource in Resources
              from name in Names.DefaultIfEmpty("")
              let parts = resource.Split('/', 2)
              select new RequestAttributes(verb, @group, "", parts[0], parts.Length > 1 ? parts[1] : "", ns, name, "")
        select request;

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["verbs"] = Json(Verbs) };
        foreach (var (name, values) in (ReadOnlySpan<(string, IReadOnlyList<string>)>)[("apiGroups", Groups), ("resources", Resources), ("resourceNames", Names), ("nonResourceURLs", Paths)])
        {
            if (values.Count > 0)
            {
                json[name] = Json(values);
            }
        }

        return json;
    }

    public override string ToString()
    {
        var parts = new List<string>();
        foreach (var (name, values) in (ReadOnlySpan<(string, IReadOnlyList<string>)>)[
            ("APIGroups", Groups), ("Resources", Resources), ("ResourceNames", Names), ("NonResourceURLs", Paths), ("Verbs", Verbs)])
        {
            if (values.Count > 0)
            {
                parts.Add($"{name}:[{string.Join(" ", values.Select(value => $"\"{value}\""))}]");
            }
        }

        return $"{{{string.Join(", ", parts)}}}";
    }

    private static JsonArray Json(IEnumerable<string> values) => values.Select(value => (JsonNode)value).ToJsonArray();

    private static bool Has(IReadOnlyList<string> values, string wanted) => values.Contains(Any) || values.Contains(wanted);

    private bool AllowsResource(RequestAttributes request) =>
        Resources.Contains(Any) || Resources.Contains(request.FullResource) || (request.Subresource.Length > 0 && Resources.Contains($"*/{request.Subresource}"));
}
