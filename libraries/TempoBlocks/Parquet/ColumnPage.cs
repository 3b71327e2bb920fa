namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// A decoded data page: one pair of levels per entry (null when the column has none), and the values of the entries at the
/// maximal definition level, either directly or as indexes into the chunk's dictionary.
/// </summary>
internal sealed record ColumnPage(int Entries, byte[]? Repetitions, byte[]? Definitions, ValueArray Values, int[]? Indexes);
