using TempoCos.Tempo.Configuration;
using YamlDotNet.RepresentationModel;

namespace TempoCos.Tempo.Gateway;

/// <summary>Small files of the gateway.</summary>
internal static class YamlFile
{
    public static YamlNode? Read(string file)
    {
        try
        {
            return ConfigurationTree.Parse(file, File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ConfigurationException.FileUnreadable(file, exception.Message);
        }
    }

    public static YamlNode? Find(YamlMappingNode mapping, string key) => mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    public static string Text(YamlMappingNode mapping, string key) => Find(mapping, key) is YamlScalarNode { Value: { } value } ? value : "";

    public static IEnumerable<string> Texts(YamlMappingNode mapping, string key) =>
        (Find(mapping, key) as YamlSequenceNode)?.Children.OfType<YamlScalarNode>().Select(node => node.Value ?? "") ?? [];

    public static IEnumerable<YamlMappingNode> Mappings(YamlMappingNode mapping, string key) =>
        (Find(mapping, key) as YamlSequenceNode)?.Children.OfType<YamlMappingNode>() ?? [];
}
