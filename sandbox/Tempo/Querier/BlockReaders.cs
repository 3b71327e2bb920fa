using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Querier;

/// <summary>
/// The blocks that queries have open: a reader keeps its block's footer, page indexes and blooms, so that the next question reads only data.
/// Bounded by an estimate of their bytes, the longest unused goes first; a block that leaves the blocklist goes at the poll that says so.
/// Readers are shared by concurrent queries, which do not dispose them.
/// </summary>
public sealed class BlockReaders : IDisposable
{
    /// <summary>What is kept when nothing else is said.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    private const long BytesPerBloom = 100 << 10;

    // A parsed footer, with the page indexes that are read through it, is a few times as large as its bytes.
    private const long FooterGrowth = 6;
    private const long UnknownFooter = 64 << 10;
    private readonly IBlockStore _store;
    private readonly Blocklist _blocklist;
    private readonly long _maxBytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Tenant, Guid Block), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _recent = new();
    private long _bytes;

    public BlockReaders(IBlockStore store, Blocklist blocklist, long maxBytes = DefaultMaxBytes)
    {
        (_store, _blocklist, _maxBytes) = (store, blocklist, maxBytes);
        _blocklist.Polled += DropDeparted;
    }

    /// <summary>How many blocks are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>The reader of a block, opened at the first call.</summary>
    /// <exception cref="ObjectNotFoundException">The block's data is gone.</exception>
    /// <exception cref="BlockFormatException">The block is damaged.</exception>
    public async ValueTask<BlockReader> OpenAsync(BlockMeta meta, CancellationToken cancellationToken)
    {
        var entry = Use(meta);
        try
        {
            // Not with the caller's token: its going away must not fail the others that wait for the same block.
            return await entry.Reader.Value.WaitAsync(cancellationToken);
        }
        catch when (entry.Reader.Value.IsFaulted)
        {
            // A failure may pass, and the next question asks again.
            Drop(entry);
            throw;
        }
    }

    public void Dispose() => _blocklist.Polled -= DropDeparted;

    private Entry Use(BlockMeta meta)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue((meta.TenantId, meta.BlockId), out var node))
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
                return node.Value;
            }

            var entry = new Entry(
                (meta.TenantId, meta.BlockId),
                ((meta.FooterSize > 0 ? meta.FooterSize : UnknownFooter) * FooterGrowth) + (Math.Max(1, meta.BloomShards) * BytesPerBloom),
                new(() => BlockReader.OpenAsync(_store, meta, CancellationToken.None)));
            _entries[entry.Key] = _recent.AddFirst(entry);
            _bytes += entry.Bytes;
            while (_bytes > _maxBytes && _recent.Count > 1)
            {
                Remove(_recent.Last!);
            }

            return entry;
        }
    }

    private void Drop(Entry entry)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Key, out var node) && ReferenceEquals(node.Value, entry))
            {
                Remove(node);
            }
        }
    }

    private void DropDeparted()
    {
        var known = new HashSet<(string, Guid)>();
        foreach (var tenant in _blocklist.Tenants)
        {
            var blocks = _blocklist.Tenant(tenant);
            known.UnionWith(blocks.Live.Select(meta => (tenant, meta.BlockId)));
            known.UnionWith(blocks.Compacted.Select(block => (tenant, block.Meta.BlockId)));
        }

        lock (_lock)
        {
            foreach (var node in _entries.Values.Where(node => !known.Contains(node.Value.Key)).ToList())
            {
                Remove(node);
            }
        }
    }

    // Not disposed: a query may still read from it; the collector takes it afterwards.
    private void Remove(LinkedListNode<Entry> node)
    {
        _recent.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry((string Tenant, Guid Block) Key, long Bytes, Lazy<Task<BlockReader>> Reader);
}
