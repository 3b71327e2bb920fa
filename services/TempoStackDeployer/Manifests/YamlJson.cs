using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>YAML nodes as JSON, by YAML's core schema: only plain scalars have a type other than string.</summary>
internal sealed class YamlJson
{
    private const int DeepestNesting = 64;
    private const int MostNodes = 100_000;

    private int _nodes;

    /// <exception cref="YamlException">An alias refers to itself, or the document unfolds into more than any manifest has.</exception>
    public static JsonNode? Convert(YamlNode node) => new YamlJson().Convert(node, 0);

    private JsonNode? Convert(YamlNode node, int depth)
    {
        if (depth > DeepestNesting || ++_nodes > MostNodes)
        {
            throw new YamlException(node.Start, node.End, "the document is nested too deeply or too large, perhaps by an alias of itself");
        }

        return node switch
        {
            YamlMappingNode mapping => Mapping(mapping, depth),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(child => Convert(child, depth + 1))]),
            YamlScalarNode scalar => Scalar(scalar),
            _ => throw new YamlException(node.Start, node.End, $"a {node.NodeType} is not expected here"),
        };
    }

    private JsonObject Mapping(YamlMappingNode mapping, int depth)
    {
        var result = new JsonObject();
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? throw new YamlException(key.Start, key.End, "the key of a mapping must be a scalar");
            if (!result.TryAdd(name, Convert(value, depth + 1)))
            {
                throw new YamlException(key.Start, key.End, $"the key '{name}' stands here twice");
            }
        }

        return result;
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal)))
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => JsonValue.Create(integer),
            _ when text.StartsWith("0x", StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hexadecimal) => JsonValue.Create(hexadecimal),
            _ when (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
