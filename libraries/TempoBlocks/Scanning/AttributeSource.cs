using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Values of one key in a generic attribute list: a column of keys, and beside it one column of values for each type.</summary>
internal sealed class AttributeSource : ValueSource
{
    private const int FewRows = 4;
    private readonly RowGroupInfo _group;
    private readonly ScanPredicate? _predicate;
    private readonly SchemaLeaf _keyLeaf;
    private readonly SchemaLeaf? _arrayLeaf;
    private readonly ValueTest _key;
    private readonly List<(SchemaLeaf Leaf, ScanValueKind Kind, ValueTest? Test)> _values;
    private bool _hasKey;
    private bool _holds;

    public AttributeSource(AttributeLeaves leaves, int level, string key, ScanPredicate? predicate, ScanValueKind only, RowGroupInfo group)
        : base(level)
    {
        (_group, _predicate, _keyLeaf, _arrayLeaf) = (group, predicate, leaves.Key, leaves.IsArray);
        _key = new ValueTest(leaves.Key, ScanValueKind.Text, new ScanPredicate(ScanOperator.Equal, ScanValue.From(key)));
        _values = [.. from v in leaves.Values
                      where only is ScanValueKind.None || v.Kind == only
                      select (v.Leaf, v.Kind, predicate is null ? null : new ValueTest(v.Leaf, v.Kind, predicate))];
        _hasKey = _key.MayHold(group);
        _holds = _hasKey && predicate is not null && (predicate.Operator == ScanOperator.Exists || HoldingValues().Any());
    }

    public override bool MayHaveValues => _hasKey;

    public override bool MayHold => _holds;

    public override IEnumerable<SchemaLeaf> Leaves => [_keyLeaf, .. _arrayLeaf is null ? [] : new[] { _arrayLeaf }, .. _values.Select(v => v.Leaf)];

    public override IEnumerable<SchemaLeaf> FilteredLeaves => [_keyLeaf, .. HoldingValues().Select(v => v.Leaf)];

    public override async Task PrepareAsync(GroupColumns columns, CancellationToken ct)
    {
        if (!_hasKey)
        {
            return;
        }

        await columns.LoadDictionariesAsync([_keyLeaf], ct);
        _hasKey = _key.UseDictionary(columns[_keyLeaf]);
        _holds &= _hasKey;
        if (_holds && _predicate!.Operator != ScanOperator.Exists)
        {
            var holding = HoldingValues().ToList();
            await columns.LoadDictionariesAsync(holding.Select(v => v.Leaf), ct);
            _holds = holding.Exists(v => v.UseDictionary(columns[v.Leaf]));
        }
    }

    public override async Task<RowSet> FilterAsync(GroupColumns columns, RowSet rows, int from, int until, CancellationToken ct)
    {
        if (_predicate!.Operator == ScanOperator.Exists)
        {
            return await RowFilter.RunAsync(columns, _key, rows, from, until, ct);
        }

        // Only one type of values can satisfy a predicate with an operand. Where few rows have such values, their keys are looked at one by one.
        var hits = await RowFilter.RunAsync(columns, HoldingValues().Single(), rows, from, until, ct);
        return hits.Count * FewRows < until - from ? hits : await RowFilter.RunAsync(columns, _key, hits, from, until, ct);
    }

    protected override async Task<RowSet> FindAsync(GroupColumns columns, int from, int until, CancellationToken ct) =>
        await RowFilter.RunAsync(columns, _key, await base.FindAsync(columns, from, until, ct), from, until, ct);

    protected override void Walk(GroupColumns columns, int row)
    {
        var (page, start, end, ordinal) = columns[_keyLeaf].Seek(row);
        var repetitions = page.Repetitions;
        var definitions = page.Definitions;
        var attribute = _keyLeaf.MaxRepetition;
        Span<(int Element, int Entry, int Ordinal)> positions = stackalloc (int, int, int)[_values.Count];
        positions.Fill((-1, 0, 0));
        for (var entry = start; entry < end; entry++)
        {
            if (BeginsOwner(_keyLeaf, repetitions[entry], definitions[entry]))
            {
                Current.BeginOwner();
            }

            if (definitions[entry] != _keyLeaf.MaxDefinition)
            {
                continue;
            }

            if (_key.Test(page, ordinal))
            {
                for (var i = 0; i < _values.Count; i++)
                {
                    AddValues(columns, row, entry - start, attribute, i, ref positions[i]);
                }

                AddArray(columns, row, ordinal - columns[_keyLeaf].Seek(row).Ordinal);
                if (_predicate?.Operator == ScanOperator.Exists)
                {
                    Current.MarkHolds();
                }
            }

            ordinal++;
        }
    }

    // The key's entry number n in the row has beside it, in each column of values, the n-th group of entries that begin
    // with a repetition level of at most the attribute's own.
    private void AddValues(GroupColumns columns, int row, int element, int attribute, int column, ref (int Element, int Entry, int Ordinal) position)
    {
        var (leaf, kind, test) = _values[column];
        var (page, start, end, first) = columns[leaf].Seek(row);
        var repetitions = page.Repetitions[..end];
        var definitions = page.Definitions;
        if (position.Element < 0)
        {
            position = (0, start, first);
        }

        var (at, entry, ordinal) = position;
        while (at < element)
        {
            ordinal += definitions[entry] == leaf.MaxDefinition ? 1 : 0;
            if (++entry >= end)
            {
                throw new InvalidDataException($"column {leaf.Path} has fewer entries in a row than its keys");
            }

            at += repetitions[entry] <= attribute ? 1 : 0;
        }

        position = (at, entry, ordinal);
        do
        {
            if (definitions[entry] == leaf.MaxDefinition)
            {
                Current.Add(page, ordinal, kind);
                if (_holds && test is not null && test.Test(page, ordinal))
                {
                    Current.MarkHolds();
                }

                ordinal++;
            }
        }
        while (++entry < end && repetitions[entry] > attribute);
    }

    private void AddArray(GroupColumns columns, int row, int ordinal)
    {
        if (_arrayLeaf is not null)
        {
            var entries = columns[_arrayLeaf].Seek(row);
            if (entries.Ordinal + ordinal >= entries.Page.Count)
            {
                throw new InvalidDataException($"column {_arrayLeaf.Path} has fewer entries in a row than its keys");
            }

            if (ColumnValue.Read(entries.Page, entries.Ordinal + ordinal, ScanValueKind.Flag).AsFlag)
            {
                Current.MarkArray();
            }
        }
    }

    private IEnumerable<ValueTest> HoldingValues() => _values.Select(v => v.Test).OfType<ValueTest>().Where(t => t.MayHold(_group));
}
