namespace TempoCos.TempoStackDeployer.Readiness;

/// <param name="Component">As Tempo calls it.</param>
/// <param name="Kind">What runs it.</param>
/// <param name="Name">Of the Kubernetes object.</param>
/// <param name="Replicas">What the manifest asks for; null leaves it to the operator.</param>
internal sealed record ExpectedWorkload(string Component, WorkloadKind Kind, string Name, int? Replicas);
