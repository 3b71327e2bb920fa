using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.Tempo.Configuration;

/// <summary>The YAML file with the flags over it, asked by dotted path. Keys of the real Tempo that nobody asks for here are tolerated.</summary>
public sealed class ConfigurationTree(YamlNode? root, IReadOnlyDictionary<string, string> overrides)
{
    private static readonly Dictionary<string, string> NoFlags = [];

    /// <summary>Variables are replaced in the files that are read.</summary>
    public bool ExpandsEnvironment { get; private init; }

    public static ConfigurationTree Load(CommandLine commandLine, Func<string, string?> variable)
    {
        if (commandLine.ConfigFile is not { Length: > 0 } file)
        {
            return new(null, commandLine.Overrides);
        }

        var root = Read(file, commandLine.ExpandEnvironment, variable);
        return ConfigurationKeys.Check(root) is { Count: > 0 } faults
            ? throw ConfigurationException.UnknownKeys(file, faults)
            : new(root, commandLine.Overrides) { ExpandsEnvironment = commandLine.ExpandEnvironment };
    }

    /// <summary>The file with overrides by tenant.</summary>
    public static ConfigurationTree LoadOverrides(string file, bool expand, Func<string, string?> variable)
    {
        var root = Read(file, expand, variable);
        return ConfigurationKeys.CheckOverrides(root) is { Count: > 0 } faults ? throw ConfigurationException.UnknownKeys(file, faults) : new(root, NoFlags);
    }

    public static YamlNode? Parse(string file, string text)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException exception)
        {
            throw ConfigurationException.NotYaml(file, $"line {exception.Start.Line}, column {exception.Start.Column}: {exception.InnerException?.Message ?? exception.Message}");
        }

        var root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        return root switch
        {
            null or YamlMappingNode => root,
            YamlScalarNode { Value: null or "" } => null,
            _ => throw ConfigurationException.NotYaml(file, "the document is not a mapping"),
        };
    }

    /// <summary>The mappings below a key, each as a tree of its own; those without content are left out.</summary>
    public IEnumerable<(string Name, ConfigurationTree Tree)> Children(string path) =>
        (Find(path) as YamlMappingNode)?.Children
            .Where(pair => pair is { Key: YamlScalarNode { Value: not null }, Value: YamlMappingNode })
            .Select(pair => (((YamlScalarNode)pair.Key).Value!, new ConfigurationTree(pair.Value, NoFlags))) ?? [];

    /// <summary>The mappings of a list, each as a tree of its own.</summary>
    public IEnumerable<ConfigurationTree> Items(string path) =>
        (Find(path) as YamlSequenceNode)?.Children.OfType<YamlMappingNode>().Select(node => new ConfigurationTree(node, NoFlags)) ?? [];

    /// <summary>The single values of a mapping, by name.</summary>
    public IEnumerable<(string Name, string Value)> Texts(string path) =>
        (Find(path) as YamlMappingNode)?.Children
            .Where(pair => pair is { Key: YamlScalarNode { Value: not null }, Value: YamlScalarNode })
            .Select(pair => (((YamlScalarNode)pair.Key).Value!, ((YamlScalarNode)pair.Value).Value ?? "")) ?? [];

    /// <summary>The key is there, with or without a value (<c>grpc:</c> alone switches a receiver on).</summary>
    public bool Has(string path) => overrides.ContainsKey(path) || Find(path) is not null;

    public string Text(string path, string fallback = "") => Scalar(path) ?? fallback;

    public bool Boolean(string path, bool fallback) => Scalar(path) switch
    {
        null => fallback,
        "true" or "True" or "TRUE" or "yes" or "on" => true,
        "false" or "False" or "FALSE" or "no" or "off" => false,
        var value => throw ConfigurationException.BadValue(path, value, "true or false"),
    };

    public int Number(string path, int fallback) =>
        Scalar(path) is not { } value ? fallback
        : int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number
        : throw ConfigurationException.BadValue(path, value, "a whole number");

    public int Port(string path, int fallback)
    {
        var port = Number(path, fallback);
        return port is >= 0 and <= 65535 ? port : throw ConfigurationException.BadValue(path, port.ToString(CultureInfo.InvariantCulture), "a port from 0 to 65535");
    }

    /// <summary>A count of bytes: digits, also in exponent form (1.5e+07) as Go's YAML prints large numbers.</summary>
    public long Bytes(string path, long fallback) =>
        Scalar(path) is not { } value ? fallback
        : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (long)number
        : throw ConfigurationException.BadValue(path, value, "a number of bytes");

    public TimeSpan Duration(string path, TimeSpan fallback) =>
        Scalar(path) is not { } value ? fallback
        : GoDuration.TryParse(value, out var duration) ? duration
        : throw ConfigurationException.BadValue(path, value, "a duration such as 30s or 1h30m");

    /// <summary>A list, or one scalar; empty entries are dropped.</summary>
    public IReadOnlyList<string> List(string path)
    {
        if (overrides.TryGetValue(path, out var flag))
        {
            return flag.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }

        return Find(path) switch
        {
            YamlSequenceNode sequence => [.. sequence.Children.OfType<YamlScalarNode>().Select(node => node.Value ?? "").Where(value => value.Length > 0)],
            YamlScalarNode { Value: { Length: > 0 } value } => [value],
            _ => [],
        };
    }

    private static YamlNode? Read(string file, bool expand, Func<string, string?> variable)
    {
        try
        {
            var text = File.ReadAllText(file);
            return Parse(file, expand ? EnvironmentExpansion.Expand(text, variable) : text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ConfigurationException.FileUnreadable(file, exception.Message);
        }
    }

    private string? Scalar(string path)
    {
        if (overrides.TryGetValue(path, out var flag))
        {
            return flag;
        }

        return Find(path) switch
        {
            null => null,
            YamlScalarNode { Value: null or "" or "~" or "null" } => null,
            YamlScalarNode scalar => scalar.Value,
            _ => throw ConfigurationException.BadValue(path, "a mapping or list", "a single value"),
        };
    }

    private YamlNode? Find(string path)
    {
        var node = root;
        foreach (var name in path.Split('.'))
        {
            if (node is not YamlMappingNode mapping || !mapping.Children.TryGetValue(new YamlScalarNode(name), out node))
            {
                return null;
            }
        }

        return node;
    }
}
