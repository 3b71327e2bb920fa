namespace TempoCos.TempoBlocks.Parquet;

/// <summary>One row's entries in a page. <paramref name="Ordinal"/> is the number, within the page, of the first value among them.</summary>
internal readonly record struct RowEntries(ColumnPage Page, int Start, int End, int Ordinal);
