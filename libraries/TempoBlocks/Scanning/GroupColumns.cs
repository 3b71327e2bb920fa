using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>The columns of a row group that a scan uses, and what it fetches of them.</summary>
internal sealed class GroupColumns : IDisposable
{
    private readonly ParquetFile _file;
    private readonly ScanCost _cost;
    private readonly ColumnPages?[] _columns;

    private GroupColumns(ParquetFile file, RowGroupInfo group, ScanCost cost, ColumnPages?[] columns) =>
        (_file, Group, _cost, _columns) = (file, group, cost, columns);

    public RowGroupInfo Group { get; }

    public int Rows => (int)Group.Rows;

    public ColumnPages this[SchemaLeaf leaf] => _columns[leaf.Index]!;

    /// <summary>Reads where the columns' pages lie, and the bounds of those that <paramref name="filtered"/> names.</summary>
    public static async Task<GroupColumns> OpenAsync(
        ParquetFile file, RowGroupInfo group, IReadOnlyCollection<SchemaLeaf> leaves, IReadOnlySet<SchemaLeaf> filtered, ScanCost cost, CancellationToken ct)
    {
        var list = leaves.Distinct().ToList();
        var locations = await file.LocatePagesAsync(group, list, cost, ct);
        var bounded = list.Where(filtered.Contains).ToList();
        var bounds = bounded.Zip(await file.ReadBoundsAsync(group, bounded, cost, ct)).ToDictionary(b => b.First, b => b.Second);
        var columns = new ColumnPages?[file.Footer.Leaves.Count];
        for (var i = 0; i < list.Count; i++)
        {
            columns[list[i].Index] = new ColumnPages(list[i], group, locations[i], bounds.GetValueOrDefault(list[i]));
        }

        return new GroupColumns(file, group, cost, columns);
    }

    public async Task LoadDictionariesAsync(IEnumerable<SchemaLeaf> leaves, CancellationToken ct)
    {
        var lacking = leaves.Distinct().Select(l => this[l]).Where(c => c.LacksDictionary).ToList();
        var content = await _file.Source.ReadAsync(lacking.ConvertAll(c => c.DictionaryRange), _cost, ct);
        for (var i = 0; i < lacking.Count; i++)
        {
            lacking[i].SetDictionary(content[i]);
        }
    }

    /// <summary>Loads the pages that hold some of the rows, with their dictionaries.</summary>
    /// <param name="leaves">The columns.</param>
    /// <param name="rows">Rows whose pages are wanted.</param>
    /// <param name="from">Rows before it do not count.</param>
    /// <param name="until">Rows from it on do not count.</param>
    /// <param name="wanted">Pages that it refuses are left out.</param>
    /// <param name="ct">Ends the loading.</param>
    public async Task LoadAsync(
        IEnumerable<SchemaLeaf> leaves, RowSet rows, int from, int until, Func<ColumnPages, int, bool>? wanted, CancellationToken ct)
    {
        var ranges = new List<ByteRange>();
        var targets = new List<(ColumnPages Column, int Page)>();
        foreach (var column in leaves.Distinct().Select(l => this[l]))
        {
            var before = ranges.Count;
            for (var row = rows.Next(from); row >= 0 && row < until;)
            {
                var page = column.PageOf(row);
                if (!column.IsLoaded(page) && wanted?.Invoke(column, page) != false)
                {
                    ranges.Add(column.Range(page));
                    targets.Add((column, page));
                }

                row = rows.Next(column.UntilRow(page));
            }

            if (ranges.Count > before && column.LacksDictionary)
            {
                ranges.Add(column.DictionaryRange);
                targets.Add((column, -1));
            }
        }

        var content = await _file.Source.ReadAsync(ranges, _cost, ct);
        for (var i = 0; i < targets.Count; i++)
        {
            var (column, page) = targets[i];
            if (page < 0)
            {
                column.SetDictionary(content[i]);
            }
            else
            {
                column.SetPage(page, content[i]);
            }
        }
    }

    /// <summary>Drops what belongs to rows before <paramref name="row"/>.</summary>
    public void Release(int row)
    {
        foreach (var column in _columns.OfType<ColumnPages>())
        {
            column.Release(row);
        }
    }

    public void Dispose() => Release(int.MaxValue);
}
