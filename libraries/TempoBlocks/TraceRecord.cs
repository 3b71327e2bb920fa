using TempoCos.Otlp;

namespace TempoCos.TempoBlocks;

/// <summary>One trace, or one part of it, under its id: a row of a block.</summary>
public sealed record TraceRecord(TraceId16 Id, TracesData Trace);
