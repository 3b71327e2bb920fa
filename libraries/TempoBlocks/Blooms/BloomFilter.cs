namespace TempoCos.TempoBlocks.Blooms;

/// <summary>A block's bloom filter while the block is written: as many shards of a fixed size as the expected number of ids needs.</summary>
internal sealed class BloomFilter
{
    private const int MaxShards = 1000;

    public BloomFilter(long expected, int shardBytes, double falsePositive)
    {
        var count = Math.Max(expected, 1);
        var bits = Math.Ceiling(-count * Math.Log(falsePositive) / (Math.Log(2) * Math.Log(2)));
        var hashes = (int)Math.Ceiling(Math.Log(2) * bits / count);
        var shardBits = (ulong)shardBytes * 8;
        var shards = (int)Math.Clamp(Math.Ceiling(bits / shardBits), 1, MaxShards);
        Shards = [.. Enumerable.Range(0, shards).Select(_ => new BloomShard(shardBits, hashes))];
    }

    public IReadOnlyList<BloomShard> Shards { get; }

    public void Add(TraceId16 id) => Shards[ShardOf(id, Shards.Count)].Add(id);

    /// <summary>The shard that holds an id: FNV-1 (multiply, then xor) of its 16 bytes.</summary>
    public static int ShardOf(TraceId16 id, int shards)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.CopyTo(bytes);
        var hash = 2166136261U;
        foreach (var b in bytes)
        {
            hash = unchecked(hash * 16777619) ^ b;
        }

        return (int)(hash % (uint)shards);
    }
}
