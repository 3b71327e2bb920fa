using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>A block that the ingester built and still answers from.</summary>
public sealed class CompletedBlock(BlockMeta meta)
{
    private readonly Lock _lock = new();
    private Task<BlockReader>? _reader;

    public BlockMeta Meta => meta;

    /// <summary>When it reached the backend; null until then.</summary>
    public DateTimeOffset? Flushed { get; set; }

    /// <summary>Its reader, which is opened once and shared; nobody disposes it.</summary>
    public Task<BlockReader> OpenAsync(IBlockStore store)
    {
        lock (_lock)
        {
            return _reader is { IsFaulted: false } ? _reader : _reader = BlockReader.OpenAsync(store, meta, CancellationToken.None);
        }
    }
}
