namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>A named port of a Service.</summary>
internal sealed record ServicePort(string Namespace, string Service, string Port);
