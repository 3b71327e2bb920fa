using System.Globalization;
using Google.Protobuf.Collections;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>The blocks that the run wrote, as rung 2 found them.</summary>
internal sealed record ReceiptBlocks(long Blocks, long Bytes)
{
    private const int Written = 2;

    public static ReceiptBlocks? From(RunRecord run) =>
        run.LastRungs.FirstOrDefault(rung => rung.Rung == Written) is { } rung && Number(rung.Evidence, "block_count") is { } blocks && Number(rung.Evidence, "bytes") is { } bytes
            ? new ReceiptBlocks(blocks, bytes)
            : null;

    private static long? Number(MapField<string, string> evidence, string key) =>
        evidence.TryGetValue(key, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
