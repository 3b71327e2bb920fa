using System.Numerics;
using TempoCos.TempoBlocks.Blooms;

namespace TempoCos.TempoBlocks.Checking;

/// <summary>The bloom shards of a block under examination: do they admit every id that the block has, and exclude anything?</summary>
internal sealed class BloomExamination(int shards)
{
    // A filter made for its number of ids has half of its bits set; one with nine of ten set was not made for these ids.
    private const double MaxFill = 0.9;
    private const int HeaderBytes = 24;
    private readonly BloomShard?[] _shards = new BloomShard?[shards];
    private readonly double[] _fill = new double[shards];
    private readonly (TraceId16 First, long Count)[] _denied = new (TraceId16, long)[shards];

    public void Load(int shard, byte[] content)
    {
        try
        {
            _shards[shard] = BloomShard.Parse(content);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"bloom-{shard} is {e.Message}", e);
        }

        _fill[shard] = Fill(content);
    }

    public void Test(TraceId16 id)
    {
        var shard = BloomFilter.ShardOf(id, shards);
        if (_shards[shard]?.MayContain(id) == false)
        {
            _denied[shard] = _denied[shard] is { Count: > 0 } denied ? (denied.First, denied.Count + 1) : (id, 1);
        }
    }

    public void Report(Action<string> report)
    {
        for (var i = 0; i < shards; i++)
        {
            if (_denied[i] is { Count: > 0 } denied)
            {
                report($"bloom-{i} denies trace {denied.First}{(denied.Count > 1 ? $" and {denied.Count - 1} more" : "")}, which the block has: Tempo does not find it");
            }

            if (_fill[i] > MaxFill)
            {
                report(FormattableString.Invariant($"bloom-{i} has {_fill[i]:p0} of its bits set: it excludes next to nothing"));
            }
        }
    }

    /// <summary>The share of a bloom object's bits that are set.</summary>
    internal static double Fill(ReadOnlySpan<byte> content)
    {
        var set = 0L;
        foreach (var b in content[HeaderBytes..])
        {
            set += BitOperations.PopCount(b);
        }

        return content.Length <= HeaderBytes ? 0 : set / (8.0 * (content.Length - HeaderBytes));
    }
}
