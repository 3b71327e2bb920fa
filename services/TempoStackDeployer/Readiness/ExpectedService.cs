namespace TempoCos.TempoStackDeployer.Readiness;

/// <param name="Name">Of the Service.</param>
/// <param name="Headless">Names pods, ready or not, instead of balancing.</param>
/// <param name="Ports">That it must have; it may have more.</param>
internal sealed record ExpectedService(string Name, bool Headless, IReadOnlyList<ExpectedPort> Ports);
