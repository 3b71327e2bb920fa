namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// A column. <paramref name="Path"/> is dotted, as the file has it. <paramref name="ElementLevels"/>[r] is the definition level from
/// which on an element of the r-th repeated ancestor exists (index 0 unused).
/// </summary>
internal sealed record SchemaLeaf(int Index, string Path, PhysicalType Type, int MaxRepetition, int MaxDefinition, int[] ElementLevels);
