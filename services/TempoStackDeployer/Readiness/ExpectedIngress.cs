namespace TempoCos.TempoStackDeployer.Readiness;

/// <param name="Name">Of the Ingress.</param>
/// <param name="Service">That it leads to.</param>
/// <param name="Port">Of that Service, by name.</param>
internal sealed record ExpectedIngress(string Name, string Service, string Port);
