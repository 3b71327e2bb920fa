namespace TempoCos.Tempo.Ingester;

/// <summary>Where a part of a trace lies in a log.</summary>
public readonly record struct WalPosition(long Offset, int Length);
