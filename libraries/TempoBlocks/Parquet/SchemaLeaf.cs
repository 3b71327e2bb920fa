namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// A column. <paramref name="Path"/> is dotted, as the file has it. <paramref name="ElementLevels"/>[r] is the definition level from
/// which on an element of the r-th repeated ancestor exists (index 0 unused).
/// </summary>
internal sealed record SchemaLeaf(int Index, string Path, PhysicalType Type, int MaxRepetition, int MaxDefinition, int[] ElementLevels)
{
    /// <summary>The name that the column has in all versions of the format: the path without what wraps lists and maps in vParquet3 and 4.</summary>
    public string Name { get; } = Path
        .Replace(".list.element", "", StringComparison.Ordinal)
        .Replace("ServiceStats.key_value.key", "ServiceStats.ServiceName", StringComparison.Ordinal)
        .Replace("ServiceStats.key_value.value.", "ServiceStats.", StringComparison.Ordinal);
}
