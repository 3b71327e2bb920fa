namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <param name="Current">Last lines of the run that is under way, or that has just ended.</param>
/// <param name="Previous">Last lines of the run before.</param>
internal sealed record ContainerLogs(IReadOnlyList<string> Current, IReadOnlyList<string> Previous);
