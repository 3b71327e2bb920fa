using System.Text;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// A predicate on one column of a row group. Of a dictionary every entry is tested once; what then remains to look at are indexes.
/// </summary>
internal sealed class ValueTest(SchemaLeaf leaf, ScanValueKind kind, ScanPredicate predicate)
{
    private readonly byte[]? _equalBytes = predicate.Operator != ScanOperator.Equal ? null : predicate.Operand.Kind switch
    {
        ScanValueKind.Text => Encoding.UTF8.GetBytes(predicate.Operand.AsText),
        ScanValueKind.Bytes => predicate.Operand.AsBytes.ToArray(),
        _ => null,
    };

    private readonly bool _fits = predicate.Operator == ScanOperator.Exists || predicate.Kind == kind;
    private bool[]? _entries;
    private int _only = -1;

    public SchemaLeaf Leaf => leaf;

    /// <summary>False when the predicate wants another kind of values, or the chunk's statistics exclude it.</summary>
    public bool MayHold(RowGroupInfo group)
    {
        var chunk = group.Chunks[leaf.Index];
        return _fits && chunk.Values > 0 && Bounds.MayHold(predicate, leaf.Type, chunk.Min, chunk.Max);
    }

    /// <summary>False when the page has no values or its bounds exclude the predicate.</summary>
    public bool MayHold(ColumnPages column, int page) =>
        column.TryBounds(page, out var bounds) && (bounds is not var (min, max) || Bounds.MayHold(predicate, leaf.Type, min, max, predicate.TakesBoundsAsSigned));

    /// <summary>Tests the entries of the column's dictionary; false when none holds and the column has no other values.</summary>
    public bool UseDictionary(ColumnPages column)
    {
        if (column.Dictionary is not { } dictionary)
        {
            return true;
        }

        _entries = new bool[dictionary.Count];
        var count = 0;
        for (var i = 0; i < _entries.Length; i++)
        {
            if (TestValue(dictionary, i, isShared: true))
            {
                _entries[i] = true;
                _only = count++ == 0 ? i : -1;
            }
        }

        return count > 0 || !column.Chunk.IsAllDictionary;
    }

    /// <summary>Whether a value of a page holds.</summary>
    public bool Test(ColumnPage page, int ordinal) =>
        page.IsIndexed && _entries is not null ? _entries[page.Indexes[ordinal]] : TestValue(page.Values, page.IndexOf(ordinal), page.IsIndexed);

    /// <summary>Marks the values of a page that hold, and says whether there are any. <paramref name="marks"/> has one place per value, all false.</summary>
    public bool Mark(ColumnPage page, Span<bool> marks)
    {
        if (page.IsIndexed && _entries is not null)
        {
            return MarkIndexes(page.Indexes, marks);
        }

        var any = false;
        if (kind == ScanValueKind.Whole && !page.IsIndexed && predicate.Operator != ScanOperator.Exists)
        {
            var (least, greatest, inside) = Range();
            return MarkRange(page.Values.Integers, least, greatest, inside, marks);
        }

        for (var i = 0; i < marks.Length; i++)
        {
            any |= marks[i] = TestValue(page.Values, page.IndexOf(i), page.IsIndexed);
        }

        return any;
    }

    private static bool MarkRange(ReadOnlySpan<long> values, long least, long greatest, bool inside, Span<bool> marks)
    {
        var any = false;
        for (var i = 0; i < values.Length;)
        {
            var next = inside ? values[i..].IndexOfAnyInRange(least, greatest) : values[i..].IndexOfAnyExceptInRange(least, greatest);
            if (next < 0)
            {
                break;
            }

            any = marks[i + next] = true;
            i += next + 1;
        }

        return any;
    }

    private bool MarkIndexes(ReadOnlySpan<int> indexes, Span<bool> marks)
    {
        var any = false;
        if (_only >= 0)
        {
            for (var i = 0; i < indexes.Length;)
            {
                var next = indexes[i..].IndexOf(_only);
                if (next < 0)
                {
                    break;
                }

                any = marks[i + next] = true;
                i += next + 1;
            }

            return any;
        }

        var entries = _entries.AsSpan();
        for (var i = 0; i < indexes.Length; i++)
        {
            any |= marks[i] = entries[indexes[i]];
        }

        return any;
    }

    // Every comparison of integers is a test for lying inside or outside of a range.
    private (long Least, long Greatest, bool Inside) Range()
    {
        var operand = predicate.Operand.AsWhole;
        return predicate.Operator switch
        {
            ScanOperator.Equal => (operand, operand, true),
            ScanOperator.NotEqual => (operand, operand, false),
            ScanOperator.Less => (operand, long.MaxValue, false),
            ScanOperator.LessOrEqual => (long.MinValue, operand, true),
            ScanOperator.Greater => (long.MinValue, operand, false),
            _ => (operand, long.MaxValue, true),
        };
    }

    private bool TestValue(ValueArray values, int index, bool isShared) => _fits && (_equalBytes is not null
        ? values.Bytes(index).SequenceEqual(_equalBytes)
        : predicate.Operator == ScanOperator.Exists || predicate.Test(ColumnValue.Read(values, index, kind, isShared)));
}
