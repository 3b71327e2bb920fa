using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>YAML nodes as JSON, by YAML's core schema with merge keys and octal numbers as Kubernetes reads them: only plain scalars have a type other than string.</summary>
internal sealed class YamlJson
{
    private const int DeepestNesting = 64;
    private const int MostNodes = 100_000;
    private const string MergeKey = "<<";
    private const string CoreTags = "tag:yaml.org,2002:";

    private int _nodes;

    /// <exception cref="YamlException">It is nothing that JSON has, an alias refers to itself, or the document unfolds into more than any manifest has.</exception>
    public static JsonNode? Convert(YamlNode node) => new YamlJson().Convert(node, 0);

    private JsonNode? Convert(YamlNode node, int depth)
    {
        if (depth > DeepestNesting || ++_nodes > MostNodes)
        {
            throw new YamlException(node.Start, node.End, "the document is nested too deeply or too large, perhaps by an alias of itself");
        }

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !node.Tag.Value.StartsWith(CoreTags, StringComparison.Ordinal))
        {
            throw new YamlException(node.Start, node.End, $"the tag {node.Tag.Value} means nothing in a manifest");
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
        var (result, merged) = (new JsonObject(), new List<JsonObject>());
        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode { Style: ScalarStyle.Plain, Value: MergeKey })
            {
                merged.AddRange(Merged(value, depth));
                continue;
            }

            if (key is not YamlScalarNode { Value: { } name } scalar || Scalar(scalar) is null)
            {
                throw new YamlException(key.Start, key.End, "the key of a mapping must be a string");
            }

            if (!result.TryAdd(name, Convert(value, depth + 1)))
            {
                throw new YamlException(key.Start, key.End, $"the key '{name}' stands here twice");
            }
        }

        // What stands in the mapping itself wins, then what is merged first.
        foreach (var (name, value) in merged.SelectMany(other => other.ToArray()))
        {
            result.TryAdd(name, value?.DeepClone());
        }

        return result;
    }

    private IEnumerable<JsonObject> Merged(YamlNode value, int depth) => Convert(value, depth + 1) switch
    {
        JsonObject one => [one],
        JsonArray several when several.All(item => item is JsonObject) => several.OfType<JsonObject>(),
        _ => throw new YamlException(value.Start, value.End, "<< merges a mapping or a list of mappings"),
    };

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
            _ when TryOctal(text, out var octal) => JsonValue.Create(octal),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => JsonValue.Create(integer),
            _ when text.StartsWith("0x", StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hexadecimal) => JsonValue.Create(hexadecimal),
            _ when (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }

    /// <summary>0644 and 0o644, the way the modes of files are written.</summary>
    private static bool TryOctal(string text, out long number)
    {
        number = 0;
        var digits = text.StartsWith("0o", StringComparison.Ordinal) ? text.AsSpan(2) : text.Length > 1 && text[0] == '0' ? text.AsSpan(1) : default;
        if (digits.IsEmpty || digits.Length > 20)
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }

            number = (number * 8) + (digit - '0');
        }

        return true;
    }
}
