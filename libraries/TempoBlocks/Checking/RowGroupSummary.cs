namespace TempoCos.TempoBlocks.Checking;

/// <summary>A row group: its rows, that is traces, and the bytes of its chunks.</summary>
public sealed record RowGroupSummary(int Ordinal, long Traces, long Bytes);
