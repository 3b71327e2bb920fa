namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Where a data page (with its header) lies, and the first row of the row group that it holds.</summary>
internal readonly record struct PageLocation(long Offset, int Length, int FirstRow);
