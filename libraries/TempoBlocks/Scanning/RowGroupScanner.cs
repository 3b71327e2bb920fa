using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// Scans one row group: excludes it by statistics and dictionaries if it can; then, window by window, narrows the rows condition by condition,
/// so that each column is read only where the ones before it left rows; then reads what is left row by row.
/// </summary>
internal sealed class RowGroupScanner : IDisposable
{
    // Windows and batches start small, as most searches stop early, and grow.
    private const int FirstWindowBytes = 256 << 10;
    private const int MaxWindowBytes = 4 << 20;
    private const int FirstBatchRows = 32;
    private const int MaxBatchRows = 2048;

    private readonly ScanRequest _request;
    private readonly ScanCost _cost;
    private readonly GroupColumns _columns;
    private readonly IReadOnlyList<Slot> _tested;
    private readonly TraceLeaves _leaves;
    private readonly SchemaLeaf[] _testedLeaves;
    private readonly SchemaLeaf[] _otherLeaves;
    private readonly TraceAssembler _assembler;
    private readonly long _bytesPerRow;
    private RowSet _rows = new(0);
    private int _windowBytes = FirstWindowBytes;
    private int _batchRows = FirstBatchRows;
    private int _windowEnd;
    private int _next;

    private RowGroupScanner(ScanRequest request, GroupColumns columns, IReadOnlyList<Slot> slots, IReadOnlyList<Slot> tested, TraceLeaves leaves, ScanCost cost)
    {
        (_request, _columns, _tested, _leaves, _cost) = (request, columns, tested, leaves, cost);
        _assembler = new TraceAssembler(request, columns, slots, tested, leaves);
        _testedLeaves = [.. tested.SelectMany(s => s.All).Where(s => s.MayHold).SelectMany(s => s.Leaves).Append(leaves.SpanId).Distinct()];
        _otherLeaves = [.. slots.SelectMany(s => s.All).Where(s => s.MayHaveValues).SelectMany(s => s.Leaves).Concat(leaves.All).Except(_testedLeaves)];
        var filtered = tested.SelectMany(s => s.All).Where(s => s.MayHold).SelectMany(s => s.FilteredLeaves).Distinct();
        _bytesPerRow = 1 + (filtered.Sum(l => columns.Group.Chunks[l.Index].CompressedSize) / Math.Max(1, columns.Rows));
    }

    /// <summary>Null when the row group has nothing that the request wants.</summary>
    public static async Task<RowGroupScanner?> OpenAsync(ParquetFile file, BlockMeta meta, RowGroupInfo group, ScanRequest request, ScanCost cost, CancellationToken ct)
    {
        var factory = new SlotFactory(file, meta);
        var slots = request.Conditions.Select(c => factory.Create(c, request.AllMustMatch && !request.EverySpan, group)).ToList();
        var tested = request.EverySpan ? [] : slots.Where(s => s.HasPredicate).ToList();
        if (!MayHold())
        {
            return null;
        }

        var leaves = new TraceLeaves(file, request);
        var filtered = tested.SelectMany(s => s.All).Where(s => s.MayHold).SelectMany(s => s.FilteredLeaves).ToHashSet();
        var columns = await GroupColumns.OpenAsync(file, group, [.. slots.SelectMany(s => s.All).SelectMany(s => s.Leaves).Concat(leaves.All)], filtered, cost, ct);
        foreach (var source in tested.OrderBy(s => s.Cost(group)).SelectMany(s => s.All).Where(s => s.MayHold))
        {
            await source.PrepareAsync(columns, ct);
            if (!MayHold())
            {
                columns.Dispose();
                return null;
            }
        }

        foreach (var source in slots.SelectMany(s => s.All).Where(s => !s.MayHold))
        {
            await source.PrepareAsync(columns, ct);
        }

        return new RowGroupScanner(request, columns, slots, [.. tested.OrderBy(s => s.Cost(group))], leaves, cost);

        bool MayHold() => tested.Count == 0 || (request.AllMustMatch ? tested.TrueForAll(s => s.MayHold) : tested.Exists(s => s.MayHold));
    }

    /// <summary>Some more traces, perhaps none; null at the end.</summary>
    public async Task<IReadOnlyList<ScannedTrace>?> ReadAsync(CancellationToken ct)
    {
        var row = _rows.Next(_next);
        while (row < 0)
        {
            if (_windowEnd == _columns.Rows)
            {
                return null;
            }

            await FilterWindowAsync(ct);
            row = _rows.Next(_next);
        }

        return await ReadBatchAsync(row, ct);
    }

    public void Dispose() => _columns.Dispose();

    private async Task FilterWindowAsync(CancellationToken ct)
    {
        _columns.Release(_windowEnd);
        var from = _windowEnd;
        _windowEnd = (int)Math.Min(_columns.Rows, from + Math.Max(64, _windowBytes / _bytesPerRow));
        _windowBytes = Math.Min(MaxWindowBytes, _windowBytes * 2);
        _next = from;
        _rows = new RowSet(_columns.Rows);
        _rows.AddRange(from, _windowEnd);
        _cost.AddTraces(_windowEnd - from);
        if (_request.StartNano > 0 || _request.EndNano > 0)
        {
            await KeepTimeRangeAsync(from, ct);
        }

        if (_tested.Count == 0)
        {
            return;
        }

        var hits = new RowSet(_columns.Rows);
        foreach (var slot in _tested)
        {
            if (_request.AllMustMatch)
            {
                _rows = await slot.FilterAsync(_columns, _rows, from, _windowEnd, ct);
            }
            else
            {
                hits.Add(await slot.FilterAsync(_columns, _rows, from, _windowEnd, ct));
            }
        }

        _rows = _request.AllMustMatch ? _rows : hits;
    }

    private async Task KeepTimeRangeAsync(int from, CancellationToken ct)
    {
        await _columns.LoadAsync([_leaves.Start, _leaves.End], _rows, from, _windowEnd, null, ct);
        var (start, end) = (_columns[_leaves.Start], _columns[_leaves.End]);
        var kept = new RowSet(_columns.Rows);
        for (var row = from; row < _windowEnd; row++)
        {
            if ((_request.StartNano == 0 || Time(end, row) >= _request.StartNano) && (_request.EndNano == 0 || Time(start, row) <= _request.EndNano))
            {
                kept.Add(row);
            }
        }

        _rows = kept;

        static ulong Time(ColumnPages column, int row)
        {
            var entries = column.Seek(row);
            return unchecked((ulong)entries.Page.Values.Integer(entries.Page.IndexOf(entries.Ordinal)));
        }
    }

    private async Task<IReadOnlyList<ScannedTrace>> ReadBatchAsync(int first, CancellationToken ct)
    {
        var end = first;
        for (var (row, rows) = (first, 0); row >= 0 && rows < _batchRows; row = _rows.Next(row + 1), rows++)
        {
            end = row + 1;
        }

        _batchRows = Math.Min(MaxBatchRows, _batchRows * 4);
        _next = end;
        await _columns.LoadAsync([.. _testedLeaves, .. _otherLeaves], _rows, first, end, null, ct);
        var traces = new List<ScannedTrace>();
        for (var row = first; row >= 0 && row < end; row = _rows.Next(row + 1))
        {
            ct.ThrowIfCancellationRequested();
            if (_assembler.Read(row, _cost) is { } trace)
            {
                traces.Add(trace);
            }
        }

        return traces;
    }
}
