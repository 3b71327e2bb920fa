using TempoCos.TempoBlocks;

namespace TempoCos.Pipeline.Blocks;

/// <summary>A block's spans by its rows' own statistics: the trace-level columns only.</summary>
internal static class SpanCount
{
    /// <summary>Null for vParquet3, whose rows do not say.</summary>
    public static async Task<long?> ReadAsync(IBlockStore store, BlockMeta meta, CancellationToken ct)
    {
        if (meta.Format == "vParquet3")
        {
            return null;
        }

        await using var reader = await BlockReader.OpenAsync(store, meta, ct);
        var spans = 0L;
        await foreach (var trace in reader.ReadTraceSummariesAsync(ct))
        {
            spans += trace.Services.Sum(s => (long)s.SpanCount);
        }

        return spans;
    }
}
