namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// A column. <paramref name="path"/> is dotted, as the file has it. <paramref name="elementLevels"/>[r] is the definition level from
/// which on an element of the r-th repeated ancestor exists (index 0 unused).
/// </summary>
internal sealed class SchemaLeaf(int index, string path, PhysicalType type, int maxRepetition, int maxDefinition, int[] elementLevels)
{
    public int Index => index;

    public string Path => path;

    public PhysicalType Type => type;

    public int MaxRepetition => maxRepetition;

    public int MaxDefinition => maxDefinition;

    public int[] ElementLevels => elementLevels;

    /// <summary>The name that the column has in all versions of the format: the path without what wraps lists and maps in vParquet3 and 4.</summary>
    public string Name { get; } = path
        .Replace(".list.element", "", StringComparison.Ordinal)
        .Replace("ServiceStats.key_value.key", "ServiceStats.ServiceName", StringComparison.Ordinal)
        .Replace("ServiceStats.key_value.value.", "ServiceStats.", StringComparison.Ordinal);
}
