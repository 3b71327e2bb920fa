namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>What a pod does against a level and version, in the order in which Kubernetes says it.</summary>
public static class PodSecurityChecks
{
    /// <summary>After this version nothing has changed.</summary>
    private const int Newest = 35;

    public static IReadOnlyList<PodSecurityViolation> Find(PodView pod, PodSecurityStandard standard)
    {
        if (standard.Level == PodSecurityLevel.Privileged)
        {
            return [];
        }

        var minor = Math.Min(standard.Minor, Newest);
        List<PodSecurityCheck> restricted = standard.Level == PodSecurityLevel.Baseline ? [] : [.. RestrictedChecks.All.Where(check => check.Holds(minor))];
        return [.. BaselineChecks.All.Where(check => check.Holds(minor) && !restricted.Any(other => other.Replaces == check.Name)).Concat(restricted)
            .Select(check => check.Find(pod)).OfType<PodSecurityViolation>()];
    }
}
