using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>An object read by ranges. Ranges that lie close together are read at once, several reads at the same time.</summary>
internal sealed class RangeSource(IBlockStore store, string key, long size)
{
    private const int MaxGap = 64 << 10;
    private const int MaxRead = 8 << 20;
    private const int MaxParallel = 8;

    private ReadOnlyMemory<byte> _tail;

    public long Size => size;

    /// <summary>Keeps the object's last bytes, which hold the page indexes, so that they are not fetched again.</summary>
    public void KeepTail(ReadOnlyMemory<byte> tail) => _tail = tail;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ByteRange range, ScanCost? cost, CancellationToken ct)
    {
        if (range.Offset < 0 || range.Length < 0 || range.Offset > size - range.Length)
        {
            throw new InvalidDataException($"bytes {range.Offset}..{range.End} lie outside of the {size} bytes of {key}");
        }

        if (range.Offset >= size - _tail.Length)
        {
            return _tail.Slice((int)(range.Offset - (size - _tail.Length)), range.Length);
        }

        var bytes = GC.AllocateUninitializedArray<byte>(range.Length);
        await store.ReadRangeAsync(key, range.Offset, bytes, ct);
        cost?.AddRead(range.Length);
        return bytes;
    }

    /// <summary>The content of each range, in the order given.</summary>
    public async Task<ReadOnlyMemory<byte>[]> ReadAsync(IReadOnlyList<ByteRange> ranges, ScanCost? cost, CancellationToken ct)
    {
        if (ranges.Count == 0)
        {
            return [];
        }

        var order = Enumerable.Range(0, ranges.Count).OrderBy(i => ranges[i].Offset).ToArray();
        var reads = new List<(ByteRange Range, List<int> Parts)>();
        foreach (var i in order)
        {
            var range = ranges[i];
            if (reads.Count > 0 && reads[^1] is var (last, parts) && range.Offset - last.End <= MaxGap
                && Math.Max(range.End, last.End) - last.Offset <= MaxRead)
            {
                parts.Add(i);
                reads[^1] = (last with { Length = (int)(Math.Max(range.End, last.End) - last.Offset) }, parts);
            }
            else
            {
                reads.Add((range, [i]));
            }
        }

        var results = new ReadOnlyMemory<byte>[ranges.Count];
        if (reads.Count == 1)
        {
            await ReadAsync(reads[0], ct);
        }
        else
        {
            await Parallel.ForEachAsync(
                reads, new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = ct }, async (read, token) => await ReadAsync(read, token));
        }

        return results;

        async Task ReadAsync((ByteRange Range, List<int> Parts) read, CancellationToken token)
        {
            var bytes = await this.ReadAsync(read.Range, cost, token);
            foreach (var part in read.Parts)
            {
                results[part] = bytes.Slice((int)(ranges[part].Offset - read.Range.Offset), ranges[part].Length);
            }
        }
    }
}
