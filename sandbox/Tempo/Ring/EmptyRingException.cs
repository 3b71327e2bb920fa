namespace TempoCos.Tempo.Ring;

/// <summary>No ingester is known.</summary>
public sealed class EmptyRingException() : Exception("empty ring: no healthy ingester is known");
