using System.Globalization;
using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>What the labels of a namespace ask of its pods.</summary>
public sealed partial record PodSecurityPolicy(PodSecurityStandard Enforce, PodSecurityStandard Warn, IReadOnlyList<FieldError> Errors)
{
    public const string Prefix = "pod-security.kubernetes.io/";

    /// <summary>Reads the labels; what cannot be read enforces the most, and warns of nothing.</summary>
    public static PodSecurityPolicy Of(IReadOnlyDictionary<string, string> labels)
    {
        var errors = new List<FieldError>();
        var (enforce, isEnforced) = Read(labels, "enforce", PodSecurityLevel.Restricted, errors);
        Read(labels, "audit", PodSecurityLevel.Privileged, errors);
        var (warn, _) = Read(labels, "warn", PodSecurityLevel.Privileged, errors);

        // Who enforces something and says nothing of warnings is warned of the same.
        if (!labels.ContainsKey(Prefix + "warn") && isEnforced && enforce.Level > warn.Level)
        {
            warn = new PodSecurityStandard(enforce.Level, labels.ContainsKey(Prefix + "warn-version") ? warn.Minor : enforce.Minor);
        }

        return new PodSecurityPolicy(enforce, warn, errors);
    }

    private static (PodSecurityStandard Standard, bool IsGiven) Read(IReadOnlyDictionary<string, string> labels, string mode, PodSecurityLevel otherwise, List<FieldError> errors)
    {
        var (level, minor, given) = (PodSecurityLevel.Privileged, PodSecurityStandard.Latest, false);
        if (labels.TryGetValue(Prefix + mode, out var name))
        {
            given = name is "privileged" or "baseline" or "restricted";
            level = given ? Enum.Parse<PodSecurityLevel>(name, ignoreCase: true) : otherwise;
            if (!given)
            {
                errors.Add(FieldError.InvalidValue($"metadata.labels[{Prefix}{mode}]", name, "must be one of privileged, baseline, restricted"));
            }
        }

        if (labels.TryGetValue($"{Prefix}{mode}-version", out var version) && version != "latest")
        {
            if (Version().Match(version) is { Success: true } match)
            {
                minor = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            }
            else
            {
                errors.Add(FieldError.InvalidValue($"metadata.labels[{Prefix}{mode}-version]", version, "must be \"latest\" or \"v1.x\""));
            }
        }

        return (new PodSecurityStandard(level, minor), given);
    }

    [GeneratedRegex(@"^v1\.([0-9]|[1-9][0-9]{1,4})\z")]
    private static partial Regex Version();
}
