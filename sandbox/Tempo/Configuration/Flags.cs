namespace TempoCos.Tempo.Configuration;

/// <summary>Flags of the programs beside Tempo: <c>--name=value</c> or <c>--name value</c>, one dash or two.</summary>
internal static class Flags
{
    /// <summary>The last of each name counts.</summary>
    public static Dictionary<string, string> Read(IReadOnlyList<string> args, IReadOnlyList<string> switches, Func<string, bool> isKnown)
    {
        var flags = new Dictionary<string, string>();
        foreach (var (name, value) in Pairs(args, switches, isKnown))
        {
            flags[name] = value;
        }

        return flags;
    }

    /// <summary>In order, also those that are given more than once.</summary>
    public static IEnumerable<(string Name, string Value)> Pairs(IReadOnlyList<string> args, IReadOnlyList<string> switches, Func<string, bool> isKnown)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var flag = args[i].StartsWith('-') ? args[i].TrimStart('-') : "";
            var equals = flag.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? flag : flag[..equals];
            if (!isKnown(name))
            {
                throw ConfigurationException.UnknownFlag(args[i]);
            }

            yield return equals >= 0 ? (name, flag[(equals + 1)..])
                : switches.Contains(name) ? (name, "true")
                : i + 1 < args.Count ? (name, args[++i])
                : throw ConfigurationException.BadValue("--" + name, "", "followed by a value");
        }
    }
}
