using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>Copies a built block to the backend, its description last: that publishes it.</summary>
public static class BlockUpload
{
    /// <summary>The local mark of an uploaded block; not part of the block.</summary>
    public const string FlushedMark = "flushed";

    public static async Task RunAsync(string blocksDirectory, IBlockStore backend, BlockMeta meta, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(blocksDirectory, meta.TenantId, meta.BlockId.ToString("d"));
        var files = new DirectoryInfo(folder).GetFiles()
            .Where(file => file.Name != FlushedMark)
            .OrderBy(file => file.Name == "meta.json").ThenBy(file => file.Name, StringComparer.Ordinal);
        foreach (var file in files)
        {
            await using var content = file.OpenRead();
            await backend.WriteAsync($"{meta.TenantId}/{meta.BlockId:d}/{file.Name}", content, cancellationToken);
        }
    }
}
