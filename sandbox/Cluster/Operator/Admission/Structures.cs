using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>
/// The operator's structures, from structures.txt: a name, then a line <c>NAME TYPE</c> for each field. A type is string, bool, a kind of int, duration,
/// quantity, any, object (any map) or a structure; <c>*</c> before it may be missing, <c>[]</c> is a list of it, <c>{}</c> a map; with <c>?</c> after it,
/// what is empty is not written. What the operator stores has been read into these and written again: every structure is there, durations and
/// quantities are in their shortest form, and what is none is refused before any schema is asked.
/// </summary>
public static class Structures
{
    private const string QuantityRule = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static readonly Dictionary<string, (string Name, string Type, bool Omitted)[]> Known = Read();

    /// <summary>The fields of a structure as they are written, whatever of them is given.</summary>
    /// <exception cref="FormatException">What is given cannot be read; the message is the operator's.</exception>
    public static JsonObject Rewrite(string structure, JsonNode? given, string path)
    {
        if (given is not (null or JsonObject))
        {
            throw new FormatException($"json: cannot unmarshal {Kind(given)} into Go value of type v1alpha1.{structure}");
        }

        var written = new JsonObject();
        foreach (var (name, type, omitted) in Known[structure])
        {
            var value = Value(type, given.At(name), new Place(structure, $"{path}.{name}"));
            if (!omitted || !IsEmpty(type, value))
            {
                written[name] = value;
            }
        }

        return written;
    }

    private static JsonNode? Value(string type, JsonNode? given, Place place)
    {
        switch (type)
        {
            case ['*', .. var one]:
                return given is null ? null : Value(one, given, place);
            case ['[', ']', .. var one]:
                return given is null ? null : given is JsonArray list ? list.Select(item => Value(one, item, place)).ToJsonArray() : throw place.Mismatch(given, type);
            case ['{', '}', .. var one]:
                return given is null ? null
                    : given is JsonObject map ? new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Value(one, entry.Value, place))))
                    : throw place.Mismatch(given, type);
            case "any":
                return given?.DeepClone();
            case "object":
                return given is null ? new JsonObject() : given is JsonObject ? given.DeepClone() : throw place.Mismatch(given, type);
            case "string":
                return given is null ? "" : given.Text() ?? throw place.Mismatch(given, type);
            case "bool":
                return given is null ? false : Kind(given) == "bool" ? given.DeepClone() : throw place.Mismatch(given, type);
            case "int" or "int32" or "int64":
                return given is null ? 0 : Kind(given) == "number" && given.Number() is { } number ? number : throw place.Mismatch(given, type);
            case "duration":
                return given is null ? "0s"
                    : given.Text() is not { } text ? throw new FormatException($"json: cannot unmarshal {Kind(given)} into Go value of type string")
                    : GoDuration.IsDuration(text) ? GoDuration.Canonical(text) : throw new FormatException($"time: invalid duration \"{text}\"");
            case "quantity":
                return given is null ? "0" : (Quantity.Find(given) ?? throw new FormatException(QuantityRule)).ToString();
            default:
                return given is null or JsonObject ? Rewrite(type, given, place.Path) : throw place.Mismatch(given, type);
        }
    }

    private static bool IsEmpty(string type, JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject map => type.StartsWith('{') && map.Count == 0,
        _ => type is "string" && value.Text() == "" || type is "bool" && !value.Flag() || type.StartsWith("int", StringComparison.Ordinal) && value.Number() == 0,
    };

    private static string Kind(JsonNode given) => given.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.Object => "object",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => "number",
        _ => "bool",
    };

    private static Dictionary<string, (string Name, string Type, bool Omitted)[]> Read()
    {
        using var file = new StreamReader(typeof(Structures).Assembly.GetManifestResourceStream("TempoCos.Cluster.Operator.structures.txt")!);
        return file.ReadToEnd().ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(lines => lines[0], lines => lines.Skip(1).Select(line => line.Split(' ')).Select(words => (words[0], words[1].TrimEnd('?'), words[1].EndsWith('?'))).ToArray());
    }

    /// <summary>Where a value stands: its structure and the way there.</summary>
    private sealed record Place(string Structure, string Path)
    {
        public FormatException Mismatch(JsonNode given, string type) =>
            new($"json: cannot unmarshal {Kind(given)} into Go struct field {Structure}.{Path} of type {Shown(type)}");

        private static string Shown(string type) => type switch
        {
            ['[', ']', .. var one] => $"[]{Shown(one)}",
            ['{', '}', .. var one] => $"map[string]{Shown(one)}",
            _ => char.IsUpper(type[0]) ? $"v1alpha1.{type}" : type,
        };
    }
}
