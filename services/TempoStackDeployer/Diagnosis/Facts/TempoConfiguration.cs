using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>
/// What a component says by <c>/status/config</c>: the line <c>GET /status/config</c>, <c>---</c>, and its configuration with all defaults, as YAML. Settings are
/// named by their path: <c>storage.trace.blocklist_poll</c>.
/// </summary>
internal sealed class TempoConfiguration
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);

    /// <summary>Null when the page is not of that shape.</summary>
    public static TempoConfiguration? Parse(string page)
    {
        var begin = page.IndexOf("---", StringComparison.Ordinal);
        if (begin < 0)
        {
            return null;
        }

        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(page[begin..]));
            var configuration = new TempoConfiguration();
            if (yaml.Documents.Count > 0)
            {
                configuration.Flatten("", yaml.Documents[0].RootNode);
            }

            return configuration._settings.Count > 0 ? configuration : null;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    public static TempoConfiguration Of(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var configuration = new TempoConfiguration();
        foreach (var (path, value) in settings)
        {
            configuration._settings[path] = value;
        }

        return configuration;
    }

    public string? Text(string path) => _settings.GetValueOrDefault(path) is { Length: > 0 } value ? value : null;

    public TimeSpan? Duration(string path) => GoTime.Parse(Text(path));

    public long? Number(string path) => long.TryParse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool? Flag(string path) => Text(path) switch { "true" => true, "false" => false, _ => null };

    private void Flatten(string path, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                foreach (var (key, value) in map.Children)
                {
                    Flatten(path.Length == 0 ? $"{key}" : $"{path}.{key}", value);
                }

                break;
            case YamlScalarNode scalar:
                _settings[path] = scalar.Value ?? "";
                break;
            default:
                break;
        }
    }
}
