using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Hands values on that it has not seen: of dictionaries by their index, so that texts are compared once, of other pages by value.</summary>
internal sealed class DistinctValues(Func<ScanValue, bool> add)
{
    private readonly Dictionary<ValueArray, bool[]> _dictionaries = [];
    private readonly HashSet<ScanValue> _others = [];

    /// <summary>False when no more values are wanted.</summary>
    public bool Add(ColumnPage page, int ordinal, ScanValueKind kind)
    {
        if (!page.IsIndexed)
        {
            var value = ColumnValue.Read(page, ordinal, kind);
            return !_others.Add(value) || add(value);
        }

        var index = page.Indexes[ordinal];
        if (!_dictionaries.TryGetValue(page.Values, out var seen))
        {
            _dictionaries[page.Values] = seen = new bool[page.Values.Count];
        }

        if (seen[index])
        {
            return true;
        }

        seen[index] = true;
        return add(ColumnValue.Read(page.Values, index, kind, isShared: true));
    }
}
