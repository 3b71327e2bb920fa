namespace TempoCos.TempoBlocks.Tests;

/// <summary>A local store in a directory that is removed afterwards.</summary>
internal sealed class TemporaryStore : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("tempocos-blocks-").FullName;

    public LocalBlockStore Store => new(Directory);

    public string DataPath(BlockMeta meta) => Path.Combine(Directory, BlockKeys.Data(meta.TenantId, meta.BlockId));

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
