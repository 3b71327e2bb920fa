using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>The spans of one trace within a batch: times in Unix seconds as sent, and where the serialized message lies.</summary>
public readonly record struct TracePart(TraceId16 Id, uint Start, uint End, int Spans, int Offset, int Length);
