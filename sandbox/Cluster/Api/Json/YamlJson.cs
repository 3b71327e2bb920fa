using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.Cluster.Api.Json;

/// <summary>YAML in and out as JSON nodes (core schema), for apply bodies and rendered configuration.</summary>
public static class YamlJson
{
    private static readonly string[] Truths = ["y", "n", "yes", "no", "on", "off"];
    private static readonly SearchValues<char> Indicators = SearchValues.Create("{}[],#&*!|>'\"%@`?:-");

    public static JsonNode? Parse(string yaml)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(yaml);
        stream.Load(reader);
        return stream.Documents.Count == 0 ? null : Convert(stream.Documents[0].RootNode);
    }

    public static string Write(JsonNode? node) => Write(node, EmitterSettings.Default, NeedsQuotes);

    /// <summary>As the API server answers: fields in the order of their names, and quotes around what an older YAML takes for a time or a truth.</summary>
    public static string WriteAnswer(JsonNode? node) =>
        Write(Sorted(node), EmitterSettings.Default, text => NeedsQuotes(text) || (char.IsAsciiDigit(text[0]) && text.Contains(':', StringComparison.Ordinal)) || Truths.Contains(text.ToLowerInvariant()));

    /// <summary>With fields in the order of their names and four spaces a level, as Go's library writes maps.</summary>
    public static string WriteSorted(JsonNode? node) => Write(Sorted(node), EmitterSettings.Default.WithBestIndent(4).WithIndentedSequences(), NeedsQuotes);

    private static string Write(JsonNode? node, EmitterSettings settings, Predicate<string> needsQuotes)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(Convert(node, needsQuotes))).Save(new Emitter(writer, settings), assignAnchors: false);
        var text = writer.ToString();
        return text.EndsWith("...\n", StringComparison.Ordinal) ? text[..^4] : text;
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value)))),
        JsonArray list => list.Select(Sorted).ToJsonArray(),
        _ => node?.DeepClone(),
    };

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(entry =>
            KeyValuePair.Create(((YamlScalarNode)entry.Key).Value ?? "", Convert(entry.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ when IsFloat(text, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static bool IsFloat(string text, out double number)
    {
        number = 0;
        return (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    private static YamlNode Convert(JsonNode? node, Predicate<string> needsQuotes)
    {
        switch (node)
        {
            case JsonObject map:
                var mapping = new YamlMappingNode();
                foreach (var (key, value) in map)
                {
                    mapping.Add(new YamlScalarNode(key) { Style = needsQuotes(key) ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain }, Convert(value, needsQuotes));
                }

                return mapping;
            case JsonArray array:
                return new YamlSequenceNode(array.Select(item => Convert(item, needsQuotes)));
            case JsonValue value when value.TryGetValue<string>(out var text):
                return new YamlScalarNode(text) { Style = needsQuotes(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain };
            default:
                return new YamlScalarNode(node?.ToJsonString() ?? "null");
        }
    }

    private static bool NeedsQuotes(string text) =>
        text.Length == 0 || Plain(text) is not { } plain || !plain.TryGetValue<string>(out _)
        || Indicators.Contains(text[0]) || text.Contains(": ", StringComparison.Ordinal) || text.Contains(" #", StringComparison.Ordinal) || text.Contains('\n', StringComparison.Ordinal)
        || text[^1] is ':' or ' ' || text[0] == ' ';
}
