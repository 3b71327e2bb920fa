using System.Buffers.Binary;
using System.Text.Json;
using TempoCos.TempoBlocks.Blooms;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Checking;

/// <summary>
/// Examines one block and collects what is wrong with it. Reads each byte at most once and keeps a window of rows and the bloom
/// shards, never all ids.
/// </summary>
internal sealed class BlockExamination(IBlockStore store, BlockMeta meta, BlockCheckDepth depth, Action<TraceRecord>? read)
{
    private const int MaxProblems = 100;
    private const int TailLength = 8;
    private const long MaxBloomBytes = 256L << 20;
    private readonly List<string> _problems = [];
    private readonly List<(TraceId16 First, TraceId16 Last)> _groups = [];
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private BloomExamination? _blooms;
    private TraceId16? _last;
    private long _traces;
    private long _spans;
    private int _rowGroups;
    private bool _isComplete;

    public async Task<BlockCheck> RunAsync(CancellationToken ct)
    {
        CheckMeta();
        await StepAsync(() => ListAsync(ct));
        await StepAsync(() => LoadBloomsAsync(ct));
        await StepAsync(() => CheckDataAsync(ct));
        _blooms?.Report(Report);
        await StepAsync(() => CheckIndexAsync(ct));
        return new BlockCheck(meta, _traces, _spans, _rowGroups, _problems);
    }

    private async Task StepAsync(Func<Task> step)
    {
        try
        {
            await Damage.GuardAsync(meta.Name, async () =>
            {
                await step();
                return true;
            });
        }
        catch (ObjectNotFoundException e)
        {
            Report($"{e.Key[(e.Key.LastIndexOf('/') + 1)..]} is missing");
        }
        catch (BlockFormatException e)
        {
            Report(e.Reason);
        }
    }

    private void CheckMeta()
    {
        Expect(meta.StartTime <= meta.EndTime, $"its description has the start {meta.StartTime:O} after the end {meta.EndTime:O}");
        Expect(meta.TotalObjects > 0, $"its description says {meta.TotalObjects} traces");
        Expect(meta.Size > 0, $"its description says {meta.Size} bytes: Tempo's search skips the block");
        Expect(meta.TotalRecords > 0, $"its description says {meta.TotalRecords} row groups: Tempo's search skips the block");
        Expect(meta.CompactionLevel >= 0, $"its description says compaction level {meta.CompactionLevel}");
    }

    private async Task ListAsync(CancellationToken ct)
    {
        var folder = BlockKeys.Folder(meta.TenantId, meta.BlockId);
        await foreach (var entry in store.ListAsync(folder, ct))
        {
            _sizes[entry.Key[folder.Length..]] = entry.Size;
        }
    }

    private async Task LoadBloomsAsync(CancellationToken ct)
    {
        var shards = BlockReader.BloomShards(meta);
        foreach (var name in _sizes.Keys.Where(n => n.StartsWith("bloom-", StringComparison.Ordinal)))
        {
            Expect(int.TryParse(name["bloom-".Length..], out var shard) && shard < shards, $"{name} is not one of the {shards} bloom shards that its description says");
        }

        var present = Enumerable.Range(0, shards).Where(i => _sizes.ContainsKey($"bloom-{i}")).ToList();
        foreach (var missing in Enumerable.Range(0, shards).Except(present).Take(MaxProblems))
        {
            Report($"bloom-{missing} is missing");
        }

        if (present.Sum(i => _sizes[$"bloom-{i}"]) > MaxBloomBytes)
        {
            Report($"the bloom shards have {present.Sum(i => _sizes[$"bloom-{i}"])} bytes: more than any block needs; they were not read");
            return;
        }

        _blooms = new BloomExamination(shards);
        foreach (var shard in present)
        {
            await StepAsync(async () => _blooms.Load(shard, await store.ReadAsync(BlockKeys.Bloom(meta.TenantId, meta.BlockId, shard), ct)));
        }
    }

    private async Task CheckDataAsync(CancellationToken ct)
    {
        if (!_sizes.TryGetValue("data.parquet", out var size))
        {
            Report("data.parquet is missing");
            return;
        }

        Expect(size == meta.Size, $"data.parquet has {size} bytes, its description says {meta.Size}");
        if (size < ParquetFile.Magic.Length + TailLength)
        {
            Report($"data.parquet has {size} bytes: that is no parquet file");
            return;
        }

        var found = meta with { Size = size, FooterSize = await CheckEndsAsync(size, ct) };
        await using var reader = await BlockReader.OpenAsync(store, found, ct);
        _rowGroups = reader.RowGroups;
        Expect(reader.RowGroups == meta.TotalRecords, $"the file has {reader.RowGroups} row groups, its description says {meta.TotalRecords}");
        Expect(reader.Traces == meta.TotalObjects, $"the file has {reader.Traces} traces, its description says {meta.TotalObjects}");
        await ReadRowsAsync(reader, ct);
        CheckStatistics(reader);
    }

    // The magic at both ends, and the footer's length, which stands before the last magic.
    private async Task<int> CheckEndsAsync(long size, CancellationToken ct)
    {
        var key = BlockKeys.Data(meta.TenantId, meta.BlockId);
        var head = new byte[ParquetFile.Magic.Length];
        await store.ReadRangeAsync(key, 0, head, ct);
        Expect(head.AsSpan().SequenceEqual(ParquetFile.Magic), "data.parquet does not start with PAR1");
        var tail = new byte[TailLength];
        await store.ReadRangeAsync(key, size - TailLength, tail, ct);
        if (!tail.AsSpan(^ParquetFile.Magic.Length..).SequenceEqual(ParquetFile.Magic))
        {
            throw new InvalidDataException("data.parquet does not end with PAR1: it is truncated or no parquet file");
        }

        var footer = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (footer == 0 || footer > size - TailLength - ParquetFile.Magic.Length)
        {
            throw new InvalidDataException($"data.parquet says that its footer has {footer} bytes; the file has {size}");
        }

        Expect(meta.FooterSize == 0 || meta.FooterSize == footer, $"the footer has {footer} bytes, its description says {meta.FooterSize}: Tempo cannot open the block");
        return (int)footer;
    }

    private async Task ReadRowsAsync(BlockReader reader, CancellationToken ct)
    {
        var ends = new Queue<long>(reader.File.Footer.RowGroups.Where(g => g.Rows > 0).Select(g => g.FirstRow + g.Rows));
        TraceId16? first = null;
        if (depth == BlockCheckDepth.Full)
        {
            await foreach (var trace in reader.ReadAllAsync(ct))
            {
                read?.Invoke(trace);
                Add(trace.Id, trace.Trace.ResourceSpans.Sum(r => r.ScopeSpans.Sum(s => (long)s.Spans.Count)));
            }
        }
        else
        {
            await foreach (var trace in reader.ReadTraceSummariesAsync(ct))
            {
                Add(trace.Id, trace.Services.Sum(s => (long)s.SpanCount));
            }
        }

        _isComplete = true;

        void Add(TraceId16 id, long spans)
        {
            if (_last is { } last && id <= last)
            {
                Report($"trace {id} follows {last}: rows are not sorted and unique");
            }

            first ??= id;
            _blooms?.Test(id);
            _last = id;
            _spans += spans;
            if (++_traces == ends.Peek())
            {
                ends.Dequeue();
                _groups.Add((first.Value, id));
                first = null;
            }
        }
    }

    // Lookups skip row groups by these bounds: a wrong one hides traces.
    private void CheckStatistics(BlockReader reader)
    {
        var column = reader.File.Footer.Leaves.First(l => l.Path == "TraceID").Index;
        foreach (var (i, group) in reader.File.Footer.RowGroups.Where(g => g.Rows > 0).Index().Take(_groups.Count))
        {
            var chunk = group.Chunks[column];
            Expect(
                (chunk.Min is not { Length: 16 } min || TraceId16.FromBytes(min) <= _groups[i].First) && (chunk.Max is not { Length: 16 } max || TraceId16.FromBytes(max) >= _groups[i].Last),
                $"row group {group.Ordinal} claims other trace ids than it has ({_groups[i].First} to {_groups[i].Last}): Tempo does not find them");
        }
    }

    // The index is optional for every reader; one that is there has to be right.
    private async Task CheckIndexAsync(CancellationToken ct)
    {
        if (!_sizes.ContainsKey("index"))
        {
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(await store.ReadAsync(BlockKeys.Index(meta.TenantId, meta.BlockId), ct));
            var last = json.RootElement.GetProperty("rowGroups").EnumerateArray().Select(g => TraceId16.FromBytes(g.GetBytesFromBase64())).ToList();
            var fits = last.Count == (_rowGroups > 0 ? _rowGroups : meta.TotalRecords)
                && (!_isComplete || _groups.Count != last.Count || last.SequenceEqual(_groups.Select(g => g.Last)));
            Expect(fits, "the object index does not fit the row groups");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            Report($"the object index cannot be read: {e.Message}");
        }
    }

    private void Expect(bool holds, string problem)
    {
        if (!holds)
        {
            Report(problem);
        }
    }

    private void Report(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
    }
}
