namespace TempoCos.Tempo.Configuration;

/// <summary>Tempo's flags: one dash or two, <c>-flag=value</c> or <c>-flag value</c>; a dotted flag sets the configuration key of that path.</summary>
public sealed record CommandLine(string? ConfigFile, bool ExpandEnvironment, bool VerifyOnly, bool Help, bool Version, IReadOnlyDictionary<string, string> Overrides)
{
    private static readonly string[] Switches = ["config.expand-env", "config.verify", "help", "h", "version", "auth.enabled", "multitenancy.enabled"];

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["auth.enabled"] = "multitenancy_enabled",
        ["multitenancy.enabled"] = "multitenancy_enabled",
        ["log.level"] = "server.log_level",
        ["memberlist.join"] = "memberlist.join_members",
        ["mem-ballast-size-mbs"] = "mem_ballast_size_mbs",
        ["shutdown-delay"] = "shutdown_delay",
        ["target"] = "target",
    };

    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        string? file = null;
        bool expand = false, verify = false, help = false, version = false;
        var overrides = new Dictionary<string, string>();
        for (var i = 0; i < args.Count; i++)
        {
            var flag = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : args[i].StartsWith('-') ? args[i][1..] : "";
            var equals = flag.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? flag : flag[..equals];
            if (name.Length == 0)
            {
                throw ConfigurationException.UnknownFlag(args[i]);
            }

            var value = equals >= 0 ? flag[(equals + 1)..]
                : Switches.Contains(name) ? "true"
                : i + 1 < args.Count ? args[++i]
                : throw ConfigurationException.BadValue("-" + name, "", "followed by a value");
            switch (name)
            {
                case "config.file": file = value; break;
                case "config.expand-env": expand = Boolean(name, value); break;
                case "config.verify": verify = Boolean(name, value); break;
                case "help" or "h": help = true; break;
                case "version": version = true; break;
                case var _ when Keys.TryGetValue(name, out var key): overrides[key] = value; break;
                case var _ when name.Contains('.', StringComparison.Ordinal): overrides[name.Replace('-', '_')] = value; break;
                default: throw ConfigurationException.UnknownFlag("-" + name);
            }
        }

        return new(file, expand, verify, help, version, overrides);
    }

    private static bool Boolean(string name, string value) => value switch
    {
        "true" or "1" or "t" or "T" or "TRUE" or "True" => true,
        "false" or "0" or "f" or "F" or "FALSE" or "False" => false,
        _ => throw ConfigurationException.BadValue("-" + name, value, "true or false"),
    };
}
