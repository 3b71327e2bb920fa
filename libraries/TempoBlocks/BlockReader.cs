using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Blooms;
using TempoCos.TempoBlocks.Parquet;
using TempoCos.TempoBlocks.Rows;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks;

/// <summary>
/// Reads one block (vParquet3, 4 or 5) by ranges, as little as each question needs. Safe for concurrent calls; keeps the footer, page
/// indexes and bloom shards that it has read. Damaged blocks give <see cref="BlockFormatException"/>, missing objects
/// <see cref="ObjectNotFoundException"/>.
/// </summary>
public sealed class BlockReader : IAsyncDisposable
{
    private const int LegacyBloomShards = 10;
    private readonly IBlockStore _store;
    private readonly ParquetFile _file;
    private readonly SchemaLeaf _idLeaf;
    private readonly ConcurrentDictionary<int, BloomShard> _blooms = new();

    private BlockReader(IBlockStore store, BlockMeta meta, ParquetFile file)
    {
        (_store, Meta, _file) = (store, meta, file);
        _idLeaf = file.Footer.Leaves.FirstOrDefault(l => l is { Path: "TraceID", Type: PhysicalType.ByteArray, MaxDefinition: 0 })
            ?? throw new InvalidDataException("the file has no column TraceID");
    }

    /// <summary>The block's description.</summary>
    public BlockMeta Meta { get; }

    /// <summary>Rows of the file, that is traces.</summary>
    public long Traces => _file.Footer.Rows;

    /// <summary>Row groups of the file.</summary>
    public int RowGroups => _file.Footer.RowGroups.Count;

    /// <summary>What wrote the file, as its footer says.</summary>
    public string CreatedBy => _file.Footer.CreatedBy;

    internal ParquetFile File => _file;

    /// <summary>Reads the parquet footer.</summary>
    public static Task<BlockReader> OpenAsync(IBlockStore store, BlockMeta meta, CancellationToken ct) => Damage.GuardAsync(meta.Name, async () =>
    {
        if (meta.Format is not ("vParquet3" or BlockMeta.VParquet4 or "vParquet5"))
        {
            throw new InvalidDataException($"the format '{meta.Format}' is not known");
        }

        var key = BlockKeys.Data(meta.TenantId, meta.BlockId);
        return new BlockReader(store, meta, await ParquetFile.OpenAsync(store, key, meta.Size, meta.FooterSize, ct));
    });

    /// <summary>False when the bloom filter says that the trace is not in the block.</summary>
    public Task<bool> MayContainAsync(TraceId16 id, CancellationToken ct) => Damage.GuardAsync(Meta.Name, async () =>
    {
        var shards = BloomShards(Meta);
        var shard = BloomFilter.ShardOf(id, shards);
        if (!_blooms.TryGetValue(shard, out var bloom))
        {
            bloom = BloomShard.Parse(await _store.ReadAsync(BlockKeys.Bloom(Meta.TenantId, Meta.BlockId, shard), ct));
            _blooms[shard] = bloom;
        }

        return bloom.MayContain(id);
    });

    /// <summary>The trace, or null when the block does not have it.</summary>
    public async Task<TracesData?> FindAsync(TraceId16 id, CancellationToken ct) =>
        await MayContainAsync(id, ct) ? await Damage.GuardAsync(Meta.Name, () => FindRowAsync(id, ct)) : null;

    /// <summary>Every trace, ascending by id, with bounded memory.</summary>
    public IAsyncEnumerable<TraceRecord> ReadAllAsync(CancellationToken ct) =>
        ReadRowsAsync<TraceRecord>(TraceReader.Needs, c => new TraceReader(c, Meta.DedicatedColumns).Read, ct);

    /// <summary>Every trace's trace-level columns, ascending by id; reads only these columns.</summary>
    public IAsyncEnumerable<TraceSummary> ReadTraceSummariesAsync(CancellationToken ct) =>
        ReadRowsAsync<TraceSummary>(SummaryReader.Needs, c => new SummaryReader(c).Read, ct);

    /// <summary>
    /// Traces with spans that a request wants, ascending by id; reads only the columns and pages that the request needs. Results come while
    /// the scan goes on, so that stopping early saves the rest.
    /// </summary>
    public async IAsyncEnumerable<ScannedTrace> ScanAsync(ScanRequest request, ScanCost cost, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var group in _file.Footer.RowGroups.Skip(request.FirstRowGroup).Take(request.RowGroupCount).Where(g => g.Rows > 0))
        {
            using var scanner = await Damage.GuardAsync(Meta.Name, () => RowGroupScanner.OpenAsync(_file, Meta, group, request, cost, ct));
            while (scanner is not null && await Damage.GuardAsync(Meta.Name, () => scanner.ReadAsync(ct)) is { } traces)
            {
                foreach (var trace in traces)
                {
                    yield return trace;
                }
            }
        }
    }

    /// <summary>The keys of attributes per scope; reads dictionaries, and no rows.</summary>
    public Task<TagNameSet> ReadTagNamesAsync(ScanCost cost, CancellationToken ct, int firstRowGroup = 0, int rowGroups = int.MaxValue) =>
        Damage.GuardAsync(Meta.Name, () => new TagReader(_file, Meta, cost).ReadNamesAsync(firstRowGroup, rowGroups, ct));

    /// <summary>
    /// Hands over every distinct value of a target, from dictionaries where these suffice; values recur from one row group or type of column
    /// to the next. It ends when <paramref name="add"/> gives false.
    /// </summary>
    public Task ReadTagValuesAsync(
        ScanTarget target, Func<ScanValue, bool> add, ScanCost cost, CancellationToken ct, int firstRowGroup = 0, int rowGroups = int.MaxValue) =>
        Damage.GuardAsync(Meta.Name, async () =>
        {
            await new TagReader(_file, Meta, cost).ReadValuesAsync(target, add, firstRowGroup, rowGroups, ct);
            return true;
        });

    /// <summary>Examines the whole block; damage becomes findings, not exceptions.</summary>
    public Task<BlockCheck> CheckAsync(CancellationToken ct) => BlockCheck.RunAsync(_store, Meta, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _blooms.Clear();
        return ValueTask.CompletedTask;
    }

    /// <summary>The number of bloom objects; descriptions of old blocks say 0 for ten.</summary>
    internal static int BloomShards(BlockMeta meta) => meta.BloomShards switch
    {
        0 => LegacyBloomShards,
        < 0 or > 10_000 => throw new InvalidDataException($"its description claims {meta.BloomShards} bloom shards"),
        var shards => shards,
    };

    private static bool Excludes(byte[]? min, byte[]? max, ReadOnlySpan<byte> id) =>
        (min is { Length: > 0 } && id.SequenceCompareTo(min) < 0) || (max is { Length: 16 } && id.SequenceCompareTo(max) > 0);

    /// <summary>Rows of the columns that <paramref name="needs"/> chooses, read by what <paramref name="create"/> makes for each row group.</summary>
    private async IAsyncEnumerable<T> ReadRowsAsync<T>(
        Func<SchemaLeaf, bool> needs, Func<RowColumns, Func<T>> create, [EnumeratorCancellation] CancellationToken ct)
    {
        var leaves = _file.Footer.Leaves.Where(needs).ToList();
        foreach (var group in _file.Footer.RowGroups.Where(g => g.Rows > 0))
        {
            using var scan = await Damage.GuardAsync(Meta.Name, () => RowGroupScan.OpenAsync(_file, group, leaves, 0, skipsEmpty: true, ct));
            var read = Damage.Guard(Meta.Name, () => create(new RowColumns(scan.Cursors)));
            for (var row = 0; row < group.Rows;)
            {
                for (var until = await Damage.GuardAsync(Meta.Name, () => scan.LoadWindowAsync(ct)); row < until; row++)
                {
                    yield return Damage.Guard(Meta.Name, read);
                }

                ct.ThrowIfCancellationRequested();
            }

            Damage.Guard(Meta.Name, () => scan.ExpectEnd());
        }
    }

    private async Task<TracesData?> FindRowAsync(TraceId16 id, CancellationToken ct)
    {
        var bytes = id.ToByteArray();
        foreach (var group in _file.Footer.RowGroups)
        {
            var chunk = group.Chunks[_idLeaf.Index];
            if (Excludes(chunk.Min, chunk.Max, bytes) || await FindRowAsync(group, id, bytes, ct) is not { } row)
            {
                continue;
            }

            var leaves = _file.Footer.Leaves.Where(TraceReader.Needs).ToList();
            using var scan = await RowGroupScan.OpenAsync(_file, group, leaves, row, skipsEmpty: true, ct);
            var reader = new TraceReader(new RowColumns(scan.Cursors), Meta.DedicatedColumns);
            await scan.LoadAsync(row + 1, ct);
            var found = reader.Read();
            return found.Id == id ? found.Trace : throw new InvalidDataException($"row {row} holds {found.Id} instead of {id}");
        }

        return null;
    }

    // The row of the id in the group: from the pages of the TraceID column whose bounds include it.
    private async Task<int?> FindRowAsync(RowGroupInfo group, TraceId16 id, byte[] bytes, CancellationToken ct)
    {
        var pages = (await _file.LocatePagesAsync(group, [_idLeaf], null, ct))[0];
        var bounds = pages is null ? null : (await _file.ReadBoundsAsync(group, [_idLeaf], null, ct))[0];
        if (bounds is not null && bounds.Length != pages!.Length)
        {
            throw new InvalidDataException("the column index of TraceID has another number of pages than its offset index");
        }

        for (var page = 0; page < (pages?.Length ?? 1); page++)
        {
            if (bounds?[page] is var (min, max) && Excludes(min, max, bytes))
            {
                continue;
            }

            var first = pages?[page].FirstRow ?? 0;
            var until = pages is not null && page + 1 < pages.Length ? pages[page + 1].FirstRow : (int)group.Rows;
            using var scan = await RowGroupScan.OpenAsync(_file, group, [_idLeaf], first, skipsEmpty: false, ct);
            await scan.LoadAsync(until, ct);
            for (var row = first; row < until; row++)
            {
                if (scan.Cursors[0].ReadTraceId() == id)
                {
                    return row;
                }
            }
        }

        return null;
    }
}
