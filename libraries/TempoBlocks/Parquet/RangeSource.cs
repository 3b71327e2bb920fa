namespace TempoCos.TempoBlocks.Parquet;

/// <summary>An object read by ranges. Ranges that lie close together are read at once, several reads at the same time.</summary>
internal sealed class RangeSource(IBlockStore store, string key, long size)
{
    private const int MaxGap = 64 << 10;
    private const int MaxRead = 8 << 20;
    private const int MaxParallel = 8;

    public long Size => size;

    public async Task<byte[]> ReadAsync(long offset, int length, CancellationToken ct)
    {
        if (offset < 0 || length < 0 || offset > size - length)
        {
            throw new InvalidDataException($"bytes {offset}..{offset + length} lie outside of the {size} bytes of {key}");
        }

        var bytes = GC.AllocateUninitializedArray<byte>(length);
        await store.ReadRangeAsync(key, offset, bytes, ct);
        return bytes;
    }

    /// <summary>The content of each range, in the order given.</summary>
    public async Task<ReadOnlyMemory<byte>[]> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken ct)
    {
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
            var bytes = await this.ReadAsync(read.Range.Offset, read.Range.Length, token);
            foreach (var part in read.Parts)
            {
                results[part] = bytes.AsMemory((int)(ranges[part].Offset - read.Range.Offset), ranges[part].Length);
            }
        }
    }
}
