namespace TempoCos.TempoStackDeployer.Clusters.Rights;

/// <summary>Verbs on a resource.</summary>
/// <param name="Group">API group; empty for the core one.</param>
/// <param name="Resource">Such as pods or pods/log.</param>
/// <param name="Verbs">Such as get.</param>
/// <param name="Use">What for.</param>
/// <param name="Why">What for, in words.</param>
/// <param name="ClusterWide">Asked for in all namespaces, or of what lives in none; else in the run's namespace.</param>
/// <param name="Name">Only of the object of that name; empty for all.</param>
internal sealed record RequiredRight(string Group, string Resource, IReadOnlyList<string> Verbs, RightUse Use, string Why, bool ClusterWide = false, string Name = "")
{
    /// <summary>Whether a run cannot do without it.</summary>
    public bool IsNeeded => Use is RightUse.Deploy or RightUse.OwnNamespace or RightUse.Provision or RightUse.PortForward or RightUse.Ingress or RightUse.Encryption;

    /// <summary>As kubectl takes it: <c>pods/log</c>, <c>deployments.apps</c>.</summary>
    public string FullName => Group.Length == 0 ? Resource : $"{Resource}.{Group}";
}
