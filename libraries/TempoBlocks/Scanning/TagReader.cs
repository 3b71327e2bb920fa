using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Lists keys and values; from dictionaries alone wherever these hold nothing else.</summary>
internal sealed class TagReader(ParquetFile file, BlockMeta meta, ScanCost cost)
{
    private static readonly ScanScope[] Scopes = [ScanScope.Resource, ScanScope.Span, ScanScope.Event, ScanScope.Link, ScanScope.Instrumentation];
    private readonly SlotFactory _factory = new(file, meta);

    /// <summary>The keys per scope.</summary>
    public async Task<TagNameSet> ReadNamesAsync(int firstRowGroup, int rowGroups, CancellationToken ct)
    {
        var names = new TagNameSet();
        foreach (var group in file.Footer.RowGroups.Skip(firstRowGroup).Take(rowGroups).Where(g => g.Rows > 0))
        {
            var lists = Scopes.Select(s => (Scope: s, Leaf: _factory.Attributes(s)?.Key)).Where(l => l.Leaf is not null).ToList();
            var own = (from scope in Scopes
                       from column in _factory.OwnColumns(scope)
                       where !names[scope].Contains(column.Key)
                       select (Scope: scope, column.Key, column.Leaf)).ToList();
            var leaves = lists.Select(l => l.Leaf!).Concat(own.Select(o => o.Leaf)).ToHashSet();
            using var columns = await GroupColumns.OpenAsync(file, group, leaves, leaves, cost, ct);
            await columns.LoadDictionariesAsync(leaves, ct);
            foreach (var (scope, leaf) in lists)
            {
                var known = names.Of(scope);
                await new ColumnSource(leaf!, ValueSource.Trace, ScanValueKind.Text, null, group).ReadDistinctAsync(columns, value => known.Add(value.AsText) || true, ct);
            }

            foreach (var (scope, key, leaf) in own)
            {
                if (await HasValueAsync(columns, leaf, ct))
                {
                    names.Of(scope).Add(key);
                }
            }
        }

        return names;
    }

    /// <summary>The values of a target, at least once each, until <paramref name="add"/> says that it has enough.</summary>
    public async Task ReadValuesAsync(ScanTarget target, Func<ScanValue, bool> add, int firstRowGroup, int rowGroups, CancellationToken ct)
    {
        foreach (var group in file.Footer.RowGroups.Skip(firstRowGroup).Take(rowGroups).Where(g => g.Rows > 0))
        {
            var sources = _factory.Create(new ScanCondition(target), narrow: false, group).All.Where(s => s.MayHaveValues).ToList();
            using var columns = await GroupColumns.OpenAsync(file, group, [.. sources.SelectMany(s => s.Leaves)], new HashSet<SchemaLeaf>(), cost, ct);
            foreach (var source in sources)
            {
                await source.PrepareAsync(columns, ct);
                if (source.MayHaveValues && !await source.ReadDistinctAsync(columns, add, ct))
                {
                    return;
                }
            }
        }
    }

    // An empty service name stands for none. Pages without values have no bounds.
    private static async Task<bool> HasValueAsync(GroupColumns columns, SchemaLeaf leaf, CancellationToken ct)
    {
        var column = columns[leaf];
        if (column.Chunk.IsAllDictionary && column.Dictionary is { } dictionary)
        {
            return leaf.Type != PhysicalType.ByteArray || leaf.MaxDefinition > leaf.ElementLevels.Length - 1
                ? dictionary.Count > 0
                : Enumerable.Range(0, dictionary.Count).Any(i => dictionary.Bytes(i).Length > 0);
        }

        for (var page = 0; page < column.Count; page++)
        {
            if (column.TryBounds(page, out var bounds) && bounds is not null)
            {
                return true;
            }
        }

        var found = false;
        var source = new ColumnSource(leaf, ValueSource.Trace, leaf.Type == PhysicalType.ByteArray ? ScanValueKind.Text : ScanValueKind.Whole, null, columns.Group);
        await source.ReadDistinctAsync(columns, value => !(found = value.Kind != ScanValueKind.Text || value.AsText.Length > 0), ct);
        return found;
    }
}
