namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Parquet's kinds of pages.</summary>
internal enum PageKind
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}
