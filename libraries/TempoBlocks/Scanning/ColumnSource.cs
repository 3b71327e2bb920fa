using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Values with a column of their own: an intrinsic, a static or a dedicated attribute.</summary>
internal sealed class ColumnSource(SchemaLeaf leaf, int level, ScanValueKind kind, ScanPredicate? predicate, RowGroupInfo group, bool skipsEmpty = false)
    : ValueSource(level)
{
    private readonly ValueTest? _test = predicate is null ? null : new ValueTest(leaf, kind, predicate);
    private bool _holds = true;

    public override bool MayHaveValues => group.Chunks[leaf.Index].Values > 0;

    public override bool MayHold => _holds && _test is not null && _test.MayHold(group);

    public override IEnumerable<SchemaLeaf> Leaves => [leaf];

    public override IEnumerable<SchemaLeaf> FilteredLeaves => [leaf];

    public override async Task PrepareAsync(GroupColumns columns, CancellationToken ct)
    {
        if (MayHold)
        {
            await columns.LoadDictionariesAsync([leaf], ct);
            _holds = _test!.UseDictionary(columns[leaf]);
        }
    }

    public override Task<RowSet> FilterAsync(GroupColumns columns, RowSet rows, int from, int until, CancellationToken ct) =>
        RowFilter.RunAsync(columns, _test!, rows, from, until, ct);

    public override async Task<bool> ReadDistinctAsync(GroupColumns columns, Func<ScanValue, bool> add, CancellationToken ct)
    {
        await columns.LoadDictionariesAsync([leaf], ct);
        if (!group.Chunks[leaf.Index].IsAllDictionary || columns[leaf].Dictionary is not { } dictionary)
        {
            return await base.ReadDistinctAsync(columns, add, ct);
        }

        for (var i = 0; i < dictionary.Count; i++)
        {
            if ((!skipsEmpty || dictionary.Bytes(i).Length > 0) && !add(ColumnValue.Read(dictionary, i, kind, isShared: true)))
            {
                return false;
            }
        }

        return true;
    }

    protected override void Walk(GroupColumns columns, int row)
    {
        var (page, start, end, ordinal) = columns[leaf].Seek(row);
        var repetitions = page.Repetitions;
        var definitions = page.Definitions;
        for (var entry = start; entry < end; entry++)
        {
            var definition = definitions.IsEmpty ? 0 : definitions[entry];
            if (BeginsOwner(leaf, repetitions.IsEmpty ? 0 : repetitions[entry], definition))
            {
                Current.BeginOwner();
            }

            if (definition == leaf.MaxDefinition)
            {
                if (!skipsEmpty || page.Values.Bytes(page.IndexOf(ordinal)).Length > 0)
                {
                    Current.Add(page, ordinal, kind);
                    if (MayHold && _test!.Test(page, ordinal))
                    {
                        Current.MarkHolds();
                    }
                }

                ordinal++;
            }
        }
    }
}
