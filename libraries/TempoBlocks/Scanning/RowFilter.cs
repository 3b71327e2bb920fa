using System.Buffers;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Finds the rows of a window that have a value which holds: by pages' bounds, then by values, and by levels only where values hit.</summary>
internal static class RowFilter
{
    private const int Block = 256;

    public static async Task<RowSet> RunAsync(GroupColumns columns, ValueTest test, RowSet rows, int from, int until, CancellationToken ct)
    {
        await columns.LoadAsync([test.Leaf], rows, from, until, test.MayHold, ct);
        var hits = new RowSet(rows.Rows);
        var column = columns[test.Leaf];
        for (var row = rows.Next(from); row >= 0 && row < until;)
        {
            var page = column.PageOf(row);
            if (test.MayHold(column, page) && !AddHits(column.Page(page), column.FirstRow(page), test, hits) && column.UntilRow(page) <= until)
            {
                column.Drop(page);
            }

            row = rows.Next(column.UntilRow(page));
        }

        hits.KeepOnly(rows);
        return hits;
    }

    private static bool AddHits(ColumnPage page, int firstRow, ValueTest test, RowSet hits)
    {
        var rented = ArrayPool<bool>.Shared.Rent(page.Count);
        try
        {
            var marks = rented.AsSpan(0, page.Count);
            marks.Clear();
            if (!test.Mark(page, marks))
            {
                return false;
            }

            AddRows(page, firstRow, test.Leaf.MaxDefinition, marks, hits);
            return true;
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(rented);
        }
    }

    private static void AddRows(ColumnPage page, int firstRow, int maxDefinition, ReadOnlySpan<bool> marks, RowSet hits)
    {
        var repetitions = page.Repetitions;
        var definitions = page.Definitions;
        var (row, ordinal) = (firstRow - 1, 0);
        for (var start = 0; start < page.Entries; start += Block)
        {
            var length = Math.Min(Block, page.Entries - start);
            var values = definitions.IsEmpty ? length : definitions.Slice(start, length).Count((byte)maxDefinition);
            if (!marks.Slice(ordinal, values).Contains(true))
            {
                ordinal += values;
                row += repetitions.IsEmpty ? length : repetitions.Slice(start, length).Count((byte)0);
                continue;
            }

            for (var entry = start; entry < start + length; entry++)
            {
                row += repetitions.IsEmpty || repetitions[entry] == 0 ? 1 : 0;
                if ((definitions.IsEmpty || definitions[entry] == maxDefinition) && marks[ordinal++])
                {
                    if ((uint)row >= (uint)hits.Rows)
                    {
                        throw new InvalidDataException("a page has more rows than its row group");
                    }

                    hits.Add(row);
                }
            }
        }
    }
}
