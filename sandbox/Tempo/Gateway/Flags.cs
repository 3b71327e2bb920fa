using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Gateway;

/// <summary>Go's flags: <c>--name=value</c> or <c>--name value</c>, one dash or two.</summary>
internal static class Flags
{
    public static Dictionary<string, string> Read(IReadOnlyList<string> args, IReadOnlyList<string> switches)
    {
        var flags = new Dictionary<string, string>();
        foreach (var (name, value) in Pairs(args, switches))
        {
            flags[name] = value;
        }

        return flags;
    }

    /// <summary>In order, also those that are given more than once.</summary>
    public static IEnumerable<(string Name, string Value)> Pairs(IReadOnlyList<string> args, IReadOnlyList<string> switches)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var flag = args[i].StartsWith('-') ? args[i].TrimStart('-') : throw ConfigurationException.UnknownFlag(args[i]);
            var equals = flag.IndexOf('=', StringComparison.Ordinal);
            yield return equals >= 0 ? (flag[..equals], flag[(equals + 1)..])
                : switches.Contains(flag) ? (flag, "true")
                : i + 1 < args.Count ? (flag, args[++i])
                : throw ConfigurationException.BadValue("--" + flag, "", "followed by a value");
        }
    }
}
