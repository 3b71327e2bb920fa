using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Changes;

/// <summary>The fields of a spec that are not as they were.</summary>
/// <param name="Before">Field to value; empty where it was not set.</param>
/// <param name="Now">The same fields.</param>
internal sealed record ChangedFields(IReadOnlyDictionary<string, string> Before, IReadOnlyDictionary<string, string> Now)
{
    /// <summary>Values of variables may be secrets.</summary>
    private const string Variables = "spec.env";

    public bool IsEmpty => Now.Count == 0;

    public static ChangedFields Between(JsonNode? before, JsonNode? now)
    {
        var (was, becomes) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, string>(StringComparer.Ordinal));
        Flatten("spec", before, was);
        Flatten("spec", now, becomes);
        var changed = was.Keys.Union(becomes.Keys).Where(field => was.GetValueOrDefault(field) != becomes.GetValueOrDefault(field)).Order(StringComparer.Ordinal).ToList();
        return new ChangedFields(Of(was), Of(becomes));

        SortedDictionary<string, string> Of(SortedDictionary<string, string> all) =>
            new(changed.ToDictionary(field => field, field => !all.TryGetValue(field, out var value) ? "" : field.StartsWith(Variables, StringComparison.Ordinal) ? "(not shown)" : value), StringComparer.Ordinal);
    }

    public override string ToString() =>
        string.Join(", ", Now.Select(field => $"{field.Key} = {(field.Value.Length > 0 ? field.Value : "not set")} (was {(Before[field.Key] is { Length: > 0 } was ? was : "not set")})"));

    private static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> fields)
    {
        switch (node)
        {
            case JsonObject section:
                foreach (var (key, value) in section)
                {
                    Flatten($"{path}.{key}", value, fields);
                }

                break;
            case JsonArray list:
                for (var index = 0; index < list.Count; index++)
                {
                    Flatten(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), list[index], fields);
                }

                break;
            case JsonValue value:
                fields[path] = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
                break;
        }
    }
}
