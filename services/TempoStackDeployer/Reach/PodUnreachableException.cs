namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>No pod took a connection in time, as against one that was made and broke.</summary>
internal sealed class PodUnreachableException(string message) : IOException(message);
