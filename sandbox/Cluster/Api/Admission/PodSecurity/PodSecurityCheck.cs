namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>One thing that is asked of a pod, by the versions from <see cref="Since"/> to before <see cref="Until"/>.</summary>
public sealed record PodSecurityCheck(string Name, Func<PodView, PodSecurityViolation?> Find)
{
    public int Since { get; init; }

    public int Until { get; init; } = int.MaxValue;

    /// <summary>The check of the lower level that this one stands for, too.</summary>
    public string Replaces { get; init; } = "";

    public bool Holds(int minor) => Since <= minor && minor < Until;
}
