namespace TempoCos.TempoStackDeployer.Readiness.Causes;

/// <summary>Why a component is not ready.</summary>
/// <param name="Depth">How early it comes.</param>
/// <param name="Code">Of docs/diagnostics.md.</param>
/// <param name="Component">As Tempo calls it.</param>
/// <param name="Value">What offends: a pod, an image, a Secret.</param>
/// <param name="Reason">A sentence without its full stop.</param>
/// <param name="Fix">A sentence.</param>
internal sealed record Cause(CauseDepth Depth, string Code, string Component, string Value, string Reason, string Fix)
{
    /// <summary>Waiting does not heal it: somebody has to change something first.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The pod that shows it; null when there is none.</summary>
    public string? Pod { get; init; }

    /// <summary>The container of the pod whose log says more; null without one.</summary>
    public string? Container { get; init; }
}
