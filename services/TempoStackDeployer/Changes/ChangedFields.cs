using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Changes;

/// <summary>The fields of a spec that are not as they were.</summary>
/// <param name="Before">Field to value; empty where it was not set.</param>
/// <param name="Now">The same fields.</param>
/// <param name="Undo">What gives them their values of before again, as <c>--set</c> takes it; empty where that cannot be said in so few words, as of lists and of what is not shown.</param>
internal sealed record ChangedFields(IReadOnlyDictionary<string, string> Before, IReadOnlyDictionary<string, string> Now, IReadOnlyList<string> Undo)
{
    /// <summary>Values of variables may be secrets.</summary>
    private const string Variables = "spec.env";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsEmpty => Now.Count == 0;

    public static ChangedFields Between(JsonNode? before, JsonNode? now)
    {
        var (was, becomes) = (new SortedDictionary<string, JsonValue>(StringComparer.Ordinal), new SortedDictionary<string, JsonValue>(StringComparer.Ordinal));
        Flatten("spec", before, was);
        Flatten("spec", now, becomes);
        var changed = was.Keys.Union(becomes.Keys).Where(field => !JsonNode.DeepEquals(was.GetValueOrDefault(field), becomes.GetValueOrDefault(field))).Order(StringComparer.Ordinal).ToList();
        return new ChangedFields(
            Of(was), Of(becomes),
            changed.Any(field => field.Contains('[', StringComparison.Ordinal)) ? [] : [.. changed.Select(field => $"{field}={(was.TryGetValue(field, out var value) ? Json(value) : "null")}")]);

        SortedDictionary<string, string> Of(SortedDictionary<string, JsonValue> all) =>
            new(changed.ToDictionary(field => field, field => !all.TryGetValue(field, out var value) ? "" : field.StartsWith(Variables, StringComparison.Ordinal) ? "(not shown)" : Text(value)), StringComparer.Ordinal);
    }

    public override string ToString() =>
        string.Join(", ", Now.Select(field => $"{field.Key} = {(field.Value.Length > 0 ? field.Value : "not set")} (was {(Before[field.Key] is { Length: > 0 } was ? was : "not set")})"));

    private static string Text(JsonValue value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : Json(value);

    private static string Json(JsonValue value) => value.ToJsonString(Plain);

    /// <summary>A key as <c>--set</c> takes it.</summary>
    private static string Key(string key) => key.AsSpan().ContainsAny('.', '[', '=') ? $"\"{key}\"" : key;

    private static void Flatten(string path, JsonNode? node, SortedDictionary<string, JsonValue> fields)
    {
        switch (node)
        {
            case JsonObject section:
                foreach (var (key, value) in section)
                {
                    Flatten($"{path}.{Key(key)}", value, fields);
                }

                break;
            case JsonArray list:
                for (var index = 0; index < list.Count; index++)
                {
                    Flatten(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), list[index], fields);
                }

                break;
            case JsonValue value:
                fields[path] = value;
                break;
        }
    }
}
