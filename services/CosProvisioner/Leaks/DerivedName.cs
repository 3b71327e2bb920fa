using System.Text.RegularExpressions;

namespace TempoCos.CosProvisioner.Leaks;

/// <summary>Names that a run derives: the prefix, a dash and the run id. A name alone is nobody's mark.</summary>
internal sealed partial class DerivedName(string prefix)
{
    /// <summary>The run that would derive this name; null for a name that none would.</summary>
    public string? RunOf(string? name) =>
        name is not null && name.StartsWith(prefix + "-", StringComparison.Ordinal) && name[(prefix.Length + 1)..] is var rest && RunId().IsMatch(rest) ? rest : null;

    /// <summary>The same for groups, which get a number when the name of a deleted one is still taken.</summary>
    public string? RunOfGroup(string? name) => RunOf(name is { Length: > 2 } && name[^2..] is "-2" or "-3" ? name[..^2] : name);

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]
    private static partial Regex RunId();
}
