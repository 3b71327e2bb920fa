namespace TempoCos.TempoBlocks.Writing;

/// <summary>How a column's values are encoded.</summary>
internal enum LeafEncoding
{
    Plain,
    Delta,
    DeltaLength,
    Dictionary,

    /// <summary>A dictionary whatever its size: Tempo lists attribute names from the dictionaries of Key columns only.</summary>
    AlwaysDictionary,
}
