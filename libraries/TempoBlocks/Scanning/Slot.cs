using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// A condition during the scan of a row group. Its values come from <paramref name="sources"/>, or from <paramref name="fallback"/> for spans
/// that have none there.
/// </summary>
internal sealed class Slot(ScanPredicate? predicate, IReadOnlyList<ValueSource> sources, IReadOnlyList<ValueSource> fallback)
{
    public bool HasPredicate => predicate is not null;

    public IEnumerable<ValueSource> All => sources.Concat(fallback);

    public bool MayHold => All.Any(s => s.MayHold);

    /// <summary>Bytes that the search for rows in which it holds reads at most.</summary>
    public long Cost(RowGroupInfo group) => All.Where(s => s.MayHold).SelectMany(s => s.FilteredLeaves).Distinct().Sum(l => group.Chunks[l.Index].CompressedSize);

    public async Task<RowSet> FilterAsync(GroupColumns columns, RowSet rows, int from, int until, CancellationToken ct)
    {
        var hits = new RowSet(rows.Rows);
        foreach (var source in All.Where(s => s.MayHold))
        {
            var rest = rows.Copy();
            rest.Remove(hits);
            hits.Add(await source.FilterAsync(columns, rest, from, until, ct));
        }

        return hits;
    }

    /// <summary>Whether the predicate holds anywhere in a row.</summary>
    public bool ReadHolds(GroupColumns columns, int row)
    {
        var holds = false;
        foreach (var source in All)
        {
            if (source.MayHold)
            {
                source.Read(columns, row);
                holds |= source.Current.Holds;
            }
        }

        return holds;
    }

    /// <summary>Whether the predicate holds for a span, after <see cref="ReadHolds"/>.</summary>
    public bool HoldsFor(GroupColumns columns, SpanLayout layout, int span) => HoldsFor(sources, layout, span)
        || (fallback.Count > 0 && HoldsFor(fallback, layout, span) && Values(sources, columns, layout, span).IsEmpty);

    public SlotValues Values(GroupColumns columns, SpanLayout layout, int span) =>
        Values(sources, columns, layout, span) is { IsEmpty: false } own ? own : Values(fallback, columns, layout, span);

    private static bool HoldsFor(IReadOnlyList<ValueSource> sources, SpanLayout layout, int span)
    {
        foreach (var source in sources)
        {
            if (source.MayHold && source.Current.HoldsFor(layout.OwnerOf(span, source)))
            {
                return true;
            }
        }

        return false;
    }

    private static SlotValues Values(IReadOnlyList<ValueSource> sources, GroupColumns columns, SpanLayout layout, int span)
    {
        ScanValue[] values = [];
        var isArray = false;
        foreach (var source in sources)
        {
            if (!source.MayHaveValues)
            {
                continue;
            }

            source.Read(columns, layout.Row);
            var owner = layout.OwnerOf(span, source);
            isArray |= source.Current.IsArray(owner);
            if (source.Current.HasValues(owner))
            {
                var more = source.Current.Take(owner);
                values = values.Length == 0 ? more : [.. values, .. more];
            }
        }

        return new SlotValues(values, isArray);
    }
}
