namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// Cursors over some columns of a row group, from a row on. <see cref="LoadAsync"/> fetches the pages up to a row, so that
/// memory holds a window of encoded pages and one decoded page per column.
/// </summary>
internal sealed class RowGroupScan : IDisposable
{
    private const int WindowBytes = 4 << 20;
    private readonly ParquetFile _file;
    private readonly RowGroupInfo _group;
    private readonly PageLocation[]?[] _locations;
    private readonly (byte[] Min, byte[] Max)?[]?[]? _bounds;
    private readonly int[] _next;
    private readonly Queue<int> _windows;
    private readonly int _firstRow;
    private bool _started;

    private RowGroupScan(
        ParquetFile file,
        RowGroupInfo group,
        IReadOnlyList<SchemaLeaf> leaves,
        PageLocation[]?[] locations,
        (byte[] Min, byte[] Max)?[]?[]? bounds,
        int firstRow)
    {
        (_file, _group, _locations, _bounds, _firstRow) = (file, group, locations, bounds, firstRow);
        Cursors = [.. leaves.Select(l => new ColumnCursor(l, group.Chunks[l.Index]))];
        _next = [.. locations.Select(pages => pages is null ? 0 : Array.FindLastIndex(pages, p => p.FirstRow <= firstRow))];
        _windows = Windows();
    }

    public IReadOnlyList<ColumnCursor> Cursors { get; }

    /// <summary>
    /// With <paramref name="skipsEmpty"/> pages without values are neither fetched nor decoded; the cursors then show no entries for their rows.
    /// </summary>
    public static async Task<RowGroupScan> OpenAsync(
        ParquetFile file, RowGroupInfo group, IReadOnlyList<SchemaLeaf> leaves, int firstRow, bool skipsEmpty, CancellationToken ct) =>
        new(
            file,
            group,
            leaves,
            await file.LocatePagesAsync(group, leaves, null, ct),
            skipsEmpty ? await file.ReadBoundsAsync(group, leaves, null, ct) : null,
            firstRow);

    /// <summary>Loads the next window and returns the row that it ends before; the group's row count at the end.</summary>
    public async Task<int> LoadWindowAsync(CancellationToken ct)
    {
        var until = _windows.TryDequeue(out var row) ? row : (int)_group.Rows;
        await LoadAsync(until, ct);
        return until;
    }

    /// <summary>Makes all rows before <paramref name="untilRow"/> readable.</summary>
    public async Task LoadAsync(int untilRow, CancellationToken ct)
    {
        var ranges = new List<ByteRange>();
        var targets = new List<Action<ReadOnlyMemory<byte>>>();
        for (var i = 0; i < Cursors.Count; i++)
        {
            Plan(i, untilRow, ranges, targets);
        }

        var content = await _file.Source.ReadAsync(ranges, null, ct);
        for (var i = 0; i < targets.Count; i++)
        {
            targets[i](content[i]);
        }

        if (!_started)
        {
            _started = true;
            for (var i = 0; i < Cursors.Count; i++)
            {
                var first = _locations[i] is { Length: > 0 } pages ? pages[Array.FindLastIndex(pages, p => p.FirstRow <= _firstRow)].FirstRow : 0;
                Cursors[i].SkipRows(_firstRow - first);
            }
        }
    }

    /// <summary>Fails when a column has more rows than the row group: then they contradict each other.</summary>
    public bool ExpectEnd() => Cursors.FirstOrDefault(c => !c.AtEnd) is { } cursor
        ? throw new InvalidDataException($"column {cursor.Leaf.Path} has more than the {_group.Rows} rows of its group")
        : true;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cursor in Cursors)
        {
            cursor.Release();
        }
    }

    private void Plan(int column, int untilRow, List<ByteRange> ranges, List<Action<ReadOnlyMemory<byte>>> targets)
    {
        var cursor = Cursors[column];
        var chunk = _group.Chunks[cursor.Leaf.Index];
        if (_locations[column] is not { } pages)
        {
            if (!_started && chunk.CompressedSize > 0)
            {
                ranges.Add(new ByteRange(chunk.Start, checked((int)chunk.CompressedSize)));
                targets.Add(cursor.AddChunk);
            }

            return;
        }

        if (!_started && pages.Length > 0 && pages[0].Offset > chunk.Start)
        {
            ranges.Add(new ByteRange(chunk.Start, checked((int)(pages[0].Offset - chunk.Start))));
            targets.Add(page => cursor.SetDictionary(new Lazy<ValueArray>(() => PageDecoder.DecodeDictionary(cursor.Leaf, chunk, page))));
        }

        for (; _next[column] < pages.Length && pages[_next[column]].FirstRow < untilRow; _next[column]++)
        {
            var page = pages[_next[column]];
            if (IsEmpty(column, pages))
            {
                var until = _next[column] + 1 < pages.Length ? pages[_next[column] + 1].FirstRow : (int)_group.Rows;
                ranges.Add(new ByteRange(page.Offset, 0));
                targets.Add(_ => cursor.AddEmptyRows(until - page.FirstRow));
            }
            else
            {
                ranges.Add(new ByteRange(page.Offset, page.Length));
                targets.Add(cursor.AddPage);
            }
        }
    }

    private bool IsEmpty(int column, PageLocation[] pages)
    {
        if (_bounds?[column] is not { } bounds || Cursors[column].Leaf.MaxDefinition == 0)
        {
            return false;
        }

        return bounds.Length == pages.Length
            ? bounds[_next[column]] is null
            : throw new InvalidDataException($"the indexes of column {Cursors[column].Leaf.Path} disagree about its pages");
    }

    // Rows at which the pages that begin before them come to WindowBytes more than at the one before.
    private Queue<int> Windows()
    {
        var ends = new Queue<int>();
        var bytes = 0L;
        var last = _firstRow;
        foreach (var page in _locations.OfType<PageLocation[]>().SelectMany(p => p).Where(p => p.FirstRow > _firstRow).OrderBy(p => p.FirstRow))
        {
            if (bytes >= WindowBytes && page.FirstRow > last)
            {
                ends.Enqueue(last = page.FirstRow);
                bytes = 0;
            }

            bytes += page.Length;
        }

        return ends;
    }
}
