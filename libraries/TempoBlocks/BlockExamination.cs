using System.Text.Json;
using TempoCos.TempoBlocks.Blooms;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks;

/// <summary>Examines one block and collects what is wrong with it.</summary>
internal sealed class BlockExamination(IBlockStore store, BlockMeta meta)
{
    private const int MaxProblems = 100;
    private readonly List<string> _problems = [];
    private readonly List<TraceId16> _ids = [];
    private long _spans;
    private int _rowGroups;

    public async Task<BlockCheck> RunAsync(CancellationToken ct)
    {
        await StepAsync(() => CheckDataAsync(ct));
        await StepAsync(() => CheckBloomsAsync(ct));
        await StepAsync(() => CheckIndexAsync(ct));
        return new BlockCheck(meta, _ids.Count, _spans, _rowGroups, _problems);
    }

    private async Task StepAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (ObjectNotFoundException e)
        {
            Report($"{e.Key} is missing");
        }
        catch (BlockFormatException e)
        {
            Report(e.Reason);
        }
    }

    private async Task CheckDataAsync(CancellationToken ct)
    {
        var key = BlockKeys.Data(meta.TenantId, meta.BlockId);
        var size = -1L;
        await foreach (var entry in store.ListAsync(key, ct))
        {
            size = entry.Key == key ? entry.Size : size;
        }

        if (size < 0)
        {
            throw new ObjectNotFoundException(key);
        }

        if (size != meta.Size)
        {
            Report($"data.parquet has {size} bytes, its description says {meta.Size}");
        }

        var head = new byte[Math.Min(size, ParquetFile.Magic.Length)];
        await store.ReadRangeAsync(key, 0, head, ct);
        if (!head.AsSpan().SequenceEqual(ParquetFile.Magic))
        {
            Report("data.parquet does not start with PAR1");
        }

        await using var reader = await BlockReader.OpenAsync(store, meta, ct);
        _rowGroups = reader.RowGroups;
        if (reader.RowGroups != meta.TotalRecords)
        {
            Report($"the file has {reader.RowGroups} row groups, its description says {meta.TotalRecords}");
        }

        if (reader.Traces != meta.TotalObjects)
        {
            Report($"the file has {reader.Traces} traces, its description says {meta.TotalObjects}");
        }

        await foreach (var trace in reader.ReadAllAsync(ct))
        {
            if (_ids.Count > 0 && trace.Id <= _ids[^1])
            {
                Report($"trace {trace.Id} follows {_ids[^1]}: rows are not sorted and unique");
            }

            _ids.Add(trace.Id);
            _spans += trace.Trace.ResourceSpans.Sum(r => r.ScopeSpans.Sum(s => (long)s.Spans.Count));
        }
    }

    private async Task CheckBloomsAsync(CancellationToken ct)
    {
        var shards = Damage.Guard(meta.Name, () => BlockReader.BloomShards(meta));
        var byShard = _ids.ToLookup(id => BloomFilter.ShardOf(id, shards));
        for (var i = 0; i < shards; i++)
        {
            var key = BlockKeys.Bloom(meta.TenantId, meta.BlockId, i);
            await StepAsync(async () =>
            {
                var bytes = await store.ReadAsync(key, ct);
                var bloom = Damage.Guard(meta.Name, () => BloomShard.Parse(bytes));
                foreach (var id in byShard[i].Where(id => !bloom.MayContain(id)))
                {
                    Report($"bloom-{i} denies trace {id}, which the block has");
                }
            });
        }

        var folder = BlockKeys.Folder(meta.TenantId, meta.BlockId);
        await foreach (var entry in store.ListAsync($"{folder}bloom-", ct))
        {
            if (!int.TryParse(entry.Key[$"{folder}bloom-".Length..], out var shard) || shard >= shards)
            {
                Report($"{entry.Key} is not one of the {shards} bloom shards");
            }
        }
    }

    // The index is optional for every reader; one that is there has to be right.
    private async Task CheckIndexAsync(CancellationToken ct)
    {
        byte[] bytes;
        try
        {
            bytes = await store.ReadAsync(BlockKeys.Index(meta.TenantId, meta.BlockId), ct);
        }
        catch (ObjectNotFoundException)
        {
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            var last = json.RootElement.GetProperty("rowGroups").EnumerateArray().Select(g => TraceId16.FromBytes(g.GetBytesFromBase64())).ToList();
            if (last.Count != meta.TotalRecords || (_ids.Count > 0 && last.Count > 0 && last[^1] != _ids[^1]))
            {
                Report("the object index does not fit the row groups");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            Report($"the object index cannot be read: {e.Message}");
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
