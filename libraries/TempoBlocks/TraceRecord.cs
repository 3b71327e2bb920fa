using TempoCos.Otlp;

namespace TempoCos.TempoBlocks;

/// <summary>One trace, or one part of it, under its id: a row of a block.</summary>
public sealed record TraceRecord(TraceId16 Id, TracesData Trace)
{
    /// <summary>What the row says of the root span; null lets the writer find the root in <see cref="Trace"/>. Blocks are read without it.</summary>
    public TraceRoot? Root { get; init; }
}
