namespace TempoCos.TempoStackDeployer.Readiness;

/// <param name="Workload">What was expected.</param>
/// <param name="Ready">All replicas of the current generation are ready.</param>
/// <param name="Detail">The figures, or what is missing.</param>
internal sealed record ComponentState(ExpectedWorkload Workload, bool Ready, string Detail);
