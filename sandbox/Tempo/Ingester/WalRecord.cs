using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>A part of a trace as it lies in the log: times in Unix seconds, already brought into the ingestion slack.</summary>
public readonly record struct WalRecord(TraceId16 Id, uint Start, uint End, WalPosition Position);
