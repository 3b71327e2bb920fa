namespace TempoCos.TempoStackDeployer.Readiness;

internal sealed record ExpectedPort(string Name, int Port, string Protocol = "TCP");
