using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// One of the places where a target's values lie, during the scan of one row group. Its owners are counted by
/// <paramref name="level"/>: 0 the trace, 1 resources, 2 scopes, 3 spans (also for values of their events and links).
/// </summary>
internal abstract class ValueSource(int level)
{
    public const int Trace = 0;
    public const int Resource = 1;
    public const int Scope = 2;
    public const int Span = 3;

    public int Level => level;

    public SourceRow Current { get; } = new();

    /// <summary>False when the row group has nothing for it.</summary>
    public abstract bool MayHaveValues { get; }

    /// <summary>False when nothing in the row group satisfies the predicate, or there is none.</summary>
    public abstract bool MayHold { get; }

    /// <summary>The columns that <see cref="Read"/> needs.</summary>
    public abstract IEnumerable<SchemaLeaf> Leaves { get; }

    /// <summary>The columns that <see cref="FilterAsync"/> needs.</summary>
    public abstract IEnumerable<SchemaLeaf> FilteredLeaves { get; }

    /// <summary>Looks at dictionaries, as far as these tell something.</summary>
    public abstract Task PrepareAsync(GroupColumns columns, CancellationToken ct);

    /// <summary>Those of the rows in which the predicate may hold.</summary>
    public abstract Task<RowSet> FilterAsync(GroupColumns columns, RowSet rows, int from, int until, CancellationToken ct);

    /// <summary>Fills <see cref="Current"/> with a row, whose pages are loaded.</summary>
    public void Read(GroupColumns columns, int row)
    {
        if (Current.Row != row)
        {
            Current.Begin(row);
            Walk(columns, row);
        }
    }

    /// <summary>Every distinct value of the row group, until <paramref name="add"/> gives false; then the result is false.</summary>
    public virtual async Task<bool> ReadDistinctAsync(GroupColumns columns, Func<ScanValue, bool> add, CancellationToken ct)
    {
        const int windowRows = 4096;
        var distinct = new DistinctValues(add);
        for (var from = 0; from < columns.Rows; from += windowRows)
        {
            var until = Math.Min(columns.Rows, from + windowRows);
            var rows = await FindAsync(columns, from, until, ct);
            await columns.LoadAsync(Leaves, rows, from, until, null, ct);
            for (var row = rows.Next(from); row >= 0; row = rows.Next(row + 1))
            {
                Read(columns, row);
                if (!Current.AddTo(distinct))
                {
                    return false;
                }
            }

            columns.Release(until);
        }

        return true;
    }

    /// <summary>Those of the rows that may have values.</summary>
    protected virtual Task<RowSet> FindAsync(GroupColumns columns, int from, int until, CancellationToken ct)
    {
        var rows = new RowSet(columns.Rows);
        rows.AddRange(from, until);
        return Task.FromResult(rows);
    }

    protected abstract void Walk(GroupColumns columns, int row);

    /// <summary>Whether the entry begins another owner.</summary>
    protected bool BeginsOwner(SchemaLeaf leaf, int repetition, int definition) =>
        repetition <= level && (level == 0 ? repetition == 0 : definition >= leaf.ElementLevels[level]);
}
