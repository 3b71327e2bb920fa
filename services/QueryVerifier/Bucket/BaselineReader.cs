using TempoCos.Contracts;
using TempoCos.TempoBlocks;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>Lists what stands in the bucket: the control of rung 2.</summary>
internal static class BaselineReader
{
    public static async Task<Baseline> ReadAsync(IBlockStore store, TimeProvider time, CancellationToken ct)
    {
        var baseline = new Baseline { Taken = Timestamp.FromDateTimeOffset(time.GetUtcNow()) };
        await foreach (var entry in store.ListAsync("", ct))
        {
            baseline.Objects++;
            if (entry.Key.Split('/') is [_, var block, "meta.json"] && Guid.TryParseExact(block, "d", out _))
            {
                baseline.BlockIds.Add(block);
            }
        }

        return baseline;
    }
}
