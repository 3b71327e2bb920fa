using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Jaeger;

/// <summary>tempo-query's configuration file.</summary>
public sealed record TempoQueryOptions(HostPort Address, HostPort Backend, ClientTls? Tls)
{
    private static readonly Dictionary<string, string> NoFlags = [];

    public static TempoQueryOptions Parse(IReadOnlyList<string> args)
    {
        if (!Flags.Read(args, [], name => name == "config").TryGetValue("config", out var file))
        {
            throw ConfigurationException.BadValue("-config", "", "a file");
        }

        try
        {
            var tree = new ConfigurationTree(ConfigurationTree.Parse(file, File.ReadAllText(file)), NoFlags);
            return new(
                HostPort.Parse("address", tree.Text("address", "0.0.0.0:7777"), 7777),
                HostPort.Parse("backend", tree.Text("backend", "localhost:3200"), 3200),
                ClientTls.From(tree, ""));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ConfigurationException.FileUnreadable(file, exception.Message);
        }
    }
}
