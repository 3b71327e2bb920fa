using TempoCos.TempoStackDeployer.Readiness.Causes;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>What a pod with a Tempo in it tells of itself.</summary>
/// <param name="Component">As Tempo calls it; <c>tempo</c> for a TempoMonolithic.</param>
/// <param name="Pod">Its name.</param>
internal sealed record ComponentFacts(string Component, string Pod)
{
    /// <summary>Null when it could not be asked.</summary>
    public TempoConfiguration? Configuration { get; init; }

    /// <summary>Null when it could not be asked.</summary>
    public MetricSamples? Metrics { get; init; }

    /// <summary>Last lines, of this run and the one before; bounded.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>How far its clock is ahead of ours, to a second; null when it did not say.</summary>
    public TimeSpan? Clock { get; init; }

    /// <summary>Whether what it writes to its own disk outlives the pod.</summary>
    public bool HasVolumeClaim { get; init; }

    public bool IsReady { get; init; }

    /// <summary>Why it is not ready; null when it is.</summary>
    public Cause? Trouble { get; init; }

    /// <summary>Why it could not be asked; null when it could.</summary>
    public string? Unreachable { get; init; }
}
