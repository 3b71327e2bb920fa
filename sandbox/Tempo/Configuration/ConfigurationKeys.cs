using YamlDotNet.RepresentationModel;

namespace TempoCos.Tempo.Configuration;

/// <summary>Which keys a configuration file may have. One that Tempo does not know stops it: a misspelt limit would be no limit.</summary>
internal static class ConfigurationKeys
{
    private const string List = "[]";
    private const string Map = "{}";
    private static readonly Lazy<Dictionary<string, Dictionary<string, string>>> Types = new(Load);

    /// <summary>The faults of a configuration file, in Tempo's words.</summary>
    public static IReadOnlyList<string> Check(YamlNode? root) => Check(root, "app.Config");

    /// <summary>The faults of a file with overrides by tenant.</summary>
    public static IReadOnlyList<string> CheckOverrides(YamlNode? root) => Either(root, "overrides.perTenantOverrides", "overrides.perTenantLegacyOverrides");

    private static List<string> Check(YamlNode? node, string type)
    {
        var faults = new List<string>();
        Check(node, type, faults);
        return faults;
    }

    // Overrides are in groups, or flat as they were once, but not both.
    private static List<string> Either(YamlNode? node, string type, string older) =>
        Check(node, type) is { Count: > 0 } faults && Check(node, older) is { Count: > 0 } olderFaults ? (faults.Count <= olderFaults.Count ? faults : olderFaults) : [];

    private static void Check(YamlNode? node, string type, List<string> faults)
    {
        if (type.StartsWith(List, StringComparison.Ordinal))
        {
            foreach (var item in (node as YamlSequenceNode)?.Children ?? [])
            {
                Check(item, type[List.Length..], faults);
            }
        }
        else if (node is not YamlMappingNode mapping)
        {
            return;
        }
        else if (type.StartsWith(Map, StringComparison.Ordinal))
        {
            foreach (var value in mapping.Children.Values)
            {
                Check(value, type[Map.Length..], faults);
            }
        }
        else
        {
            CheckFields(mapping, type, faults);
        }
    }

    private static void CheckFields(YamlMappingNode mapping, string type, List<string> faults)
    {
        var keys = Types.Value[type];
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (keys.TryGetValue(name, out var inner))
            {
                if (inner == "overrides.Config")
                {
                    faults.AddRange(Either(value, inner, "overrides.legacyConfig"));
                }
                else if (inner.Length > 0)
                {
                    Check(value, inner, faults);
                }
            }
            else if (!keys.ContainsKey("*"))
            {
                // Types of the same name are told apart by a number, which is nobody's business.
                faults.Add($"line {key.Start.Line}: field {name} not found in type {type.Split('#')[0]}");
            }
        }
    }

    private static Dictionary<string, Dictionary<string, string>> Load()
    {
        using var stream = typeof(ConfigurationKeys).Assembly.GetManifestResourceStream("configuration-keys.txt")!;
        using var reader = new StreamReader(stream);
        var types = new Dictionary<string, Dictionary<string, string>>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                var words = line.Split(' ');
                types.Add(words[0], words.Skip(1).Select(word => word.Split('=')).ToDictionary(word => word[0], word => word.Length > 1 ? word[1] : ""));
            }
        }

        return types;
    }
}
