namespace TempoCos.TempoBlocks;

/// <summary>One input of a compaction: its traces, ascending by id, each with what its row says of the root.</summary>
internal sealed class CompactionInput : IAsyncDisposable
{
    private readonly BlockReader _reader;
    private readonly IAsyncEnumerator<TraceRecord> _traces;
    private readonly IAsyncEnumerator<TraceSummary> _summaries;

    private CompactionInput(BlockReader reader, CancellationToken ct)
    {
        _reader = reader;
        _traces = reader.ReadAllAsync(ct).GetAsyncEnumerator(ct);
        _summaries = reader.ReadTraceSummariesAsync(ct).GetAsyncEnumerator(ct);
    }

    /// <summary>The trace that <see cref="AdvanceAsync"/> reached.</summary>
    public TraceRecord Current { get; private set; } = null!;

    /// <summary>Reads the footer.</summary>
    /// <exception cref="BlockFormatException">The block is damaged.</exception>
    public static async Task<CompactionInput> OpenAsync(IBlockStore store, BlockMeta meta, CancellationToken ct) =>
        new(await BlockReader.OpenAsync(store, meta, ct), ct);

    /// <summary>Reads the next trace; false behind the last one.</summary>
    /// <exception cref="BlockFormatException">The block is damaged.</exception>
    public async ValueTask<bool> AdvanceAsync()
    {
        if (!await _traces.MoveNextAsync() || !await _summaries.MoveNextAsync())
        {
            return false;
        }

        var (trace, summary) = (_traces.Current, _summaries.Current);
        if (Current is not null && trace.Id <= Current.Id)
        {
            throw new BlockFormatException(_reader.Meta.Name, $"its rows are out of order: {trace.Id} follows {Current.Id}");
        }

        Current = trace with { Root = new TraceRoot(summary.RootServiceName, summary.RootSpanName) };
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _traces.DisposeAsync();
        await _summaries.DisposeAsync();
        await _reader.DisposeAsync();
    }
}
