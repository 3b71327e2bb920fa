using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>The columns of a generic attribute list.</summary>
internal sealed record AttributeLeaves(SchemaLeaf Key, SchemaLeaf? IsArray, IReadOnlyList<(SchemaLeaf Leaf, ScanValueKind Kind)> Values)
{
    private static readonly (string Name, PhysicalType Type, ScanValueKind Kind)[] Columns =
    [
        ("Value", PhysicalType.ByteArray, ScanValueKind.Text),
        ("ValueInt", PhysicalType.Int64, ScanValueKind.Whole),
        ("ValueDouble", PhysicalType.Double, ScanValueKind.Floating),
        ("ValueBool", PhysicalType.Boolean, ScanValueKind.Flag),
    ];

    /// <summary>The list of a group; null when the version has none, or keeps its values as something that cannot be searched (vParquet3's events).</summary>
    public static AttributeLeaves? Find(ParquetFile file, string group)
    {
        var key = file.Leaf($"{group}.Attrs.Key");
        if (key is not { Type: PhysicalType.ByteArray } || file.Leaf($"{group}.Attrs.ValueInt") is null)
        {
            return null;
        }

        var values = from c in Columns
                     let leaf = file.Leaf($"{group}.Attrs.{c.Name}")
                     where leaf is not null && leaf.Type == c.Type
                     select (leaf, c.Kind);
        return new AttributeLeaves(key, file.Leaf($"{group}.Attrs.IsArray") is { Type: PhysicalType.Boolean } array ? array : null, [.. values]);
    }
}
