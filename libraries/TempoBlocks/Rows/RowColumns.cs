using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>
/// A row's cursors by logical name, which is the same in all versions of the format: the path without the list wrappers
/// that vParquet3 and 4 put around repeated groups.
/// </summary>
internal sealed class RowColumns
{
    private readonly Dictionary<string, ColumnCursor> _cursors;

    public RowColumns(IReadOnlyList<ColumnCursor> cursors)
    {
        All = cursors;
        _cursors = cursors.ToDictionary(c => c.Leaf.Name);
    }

    public IReadOnlyList<ColumnCursor> All { get; }

    public ColumnCursor Require(string name, PhysicalType type) =>
        Optional(name, type) ?? throw new InvalidDataException($"the file has no column {name}");

    public ColumnCursor? Optional(string name, PhysicalType type)
    {
        if (!_cursors.TryGetValue(name, out var cursor))
        {
            return null;
        }

        return cursor.Leaf.Type == type
            ? cursor
            : throw new InvalidDataException($"the column {name} has the type {cursor.Leaf.Type} instead of {type}");
    }

    /// <summary>The cursors below a group.</summary>
    public ColumnCursor[] Below(string group) =>
        [.. _cursors.Where(c => c.Key.StartsWith(group + ".", StringComparison.Ordinal)).Select(c => c.Value)];
}
