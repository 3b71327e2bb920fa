using System.Globalization;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>Blocks that the ingester keeps on its own disk: <c>wal/blocks/tenant/uuid</c>.</summary>
public sealed class LocalBlocks(string walPath)
{
    public string Directory { get; } = Path.Combine(walPath, "blocks");

    public LocalBlockStore Store { get; } = new(Path.Combine(walPath, "blocks"));

    /// <summary>What an earlier process left, whole blocks only; torn ones are deleted, since their log is still there.</summary>
    public IEnumerable<CompletedBlock> Rediscover()
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            yield break;
        }

        foreach (var folder in System.IO.Directory.EnumerateDirectories(Directory).SelectMany(System.IO.Directory.EnumerateDirectories).ToList())
        {
            BlockMeta? meta = null;
            try
            {
                meta = BlockMeta.Parse(File.ReadAllBytes(Path.Combine(folder, "meta.json")));
            }
            catch (Exception exception) when (exception is IOException or FormatException)
            {
                System.IO.Directory.Delete(folder, recursive: true);
            }

            if (meta is not null)
            {
                var mark = Path.Combine(folder, BlockUpload.FlushedMark);
                yield return new CompletedBlock(meta)
                {
                    Flushed = File.Exists(mark) && DateTimeOffset.TryParse(File.ReadAllText(mark), CultureInfo.InvariantCulture, out var flushed) ? flushed : null,
                };
            }
        }
    }

    public bool Has(string tenant, string block) => File.Exists(Path.Combine(Directory, tenant, block, "meta.json"));

    public void MarkFlushed(CompletedBlock block, DateTimeOffset now)
    {
        File.WriteAllText(Path.Combine(Folder(block.Meta), BlockUpload.FlushedMark), now.ToString("O", CultureInfo.InvariantCulture));
        block.Flushed = now;
    }

    public void Delete(BlockMeta meta)
    {
        if (System.IO.Directory.Exists(Folder(meta)))
        {
            System.IO.Directory.Delete(Folder(meta), recursive: true);
        }
    }

    private string Folder(BlockMeta meta) => Path.Combine(Directory, meta.TenantId, meta.BlockId.ToString("d"));
}
