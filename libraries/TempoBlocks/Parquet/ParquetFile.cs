using System.Buffers.Binary;
using System.Collections.Concurrent;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>An open parquet file: its footer, and the page indexes that were needed so far.</summary>
internal sealed class ParquetFile
{
    /// <summary>The bytes at a parquet file's start and end.</summary>
    public static readonly byte[] Magic = "PAR1"u8.ToArray();

    private const int TailLength = 8;

    // Thousands of row groups; a lie beyond it would be paid in memory.
    private const int MaxFooter = 128 << 20;
    private const int GuessedFooter = 64 << 10;

    // Page indexes lie before the footer: fetched with it, they cost no requests of their own.
    private const int GuessedIndexes = 128 << 10;
    private readonly ConcurrentDictionary<(int Group, int Column), PageLocation[]> _locations = new();

    private readonly ConcurrentDictionary<(int Group, int Column), (byte[] Min, byte[] Max)?[]> _bounds = new();

    private readonly Dictionary<string, SchemaLeaf> _leaves = [];

    private ParquetFile(RangeSource source, ParquetFooter footer)
    {
        (Source, Footer) = (source, footer);
        foreach (var leaf in footer.Leaves)
        {
            if (!_leaves.TryAdd(leaf.Name, leaf))
            {
                throw new InvalidDataException($"the file has two columns {leaf.Path}");
            }
        }
    }

    public RangeSource Source { get; }

    public ParquetFooter Footer { get; }

    /// <summary>Reads the footer. A footer size of 0 is unknown; another one has to be right.</summary>
    public static async Task<ParquetFile> OpenAsync(IBlockStore store, string key, long size, int footerSize, CancellationToken ct)
    {
        if (size < TailLength + 4 || footerSize is < 0 or > MaxFooter || footerSize > size - TailLength - 4)
        {
            throw new InvalidDataException($"{size} bytes with a footer of {footerSize} cannot be a parquet file");
        }

        var source = new RangeSource(store, key, size);
        var tail = await ReadTailAsync(TailLength + GuessedIndexes + (long)(footerSize > 0 ? footerSize : GuessedFooter));
        if (!tail.Span[^4..].SequenceEqual(Magic))
        {
            throw new InvalidDataException("the file does not end with PAR1");
        }

        var actual = BinaryPrimitives.ReadUInt32LittleEndian(tail.Span[^8..]);
        if (actual > Math.Min(MaxFooter, size - TailLength - 4) || (footerSize > 0 && actual != footerSize))
        {
            throw new InvalidDataException($"the file says that its footer has {actual} bytes; the file has {size}, the description says {footerSize}");
        }

        if (actual > tail.Length - TailLength)
        {
            tail = await ReadTailAsync(TailLength + GuessedIndexes + (long)actual);
        }

        var footer = ParquetFooter.Parse(tail.Span.Slice(tail.Length - TailLength - (int)actual, (int)actual), size - TailLength - actual);
        source.KeepTail(tail);
        return new ParquetFile(source, footer);

        ValueTask<ReadOnlyMemory<byte>> ReadTailAsync(long length) =>
            source.ReadAsync(new ByteRange(Math.Max(0, size - length), (int)Math.Min(size, length)), null, ct);
    }

    /// <summary>A column by its logical name; null when the version of the format does not have it.</summary>
    public SchemaLeaf? Leaf(string logicalName) => _leaves.GetValueOrDefault(logicalName);

    /// <summary>The pages of columns of a row group; null for columns without an offset index.</summary>
    public Task<PageLocation[]?[]> LocatePagesAsync(RowGroupInfo group, IReadOnlyList<SchemaLeaf> leaves, ScanCost? cost, CancellationToken ct) =>
        ReadIndexAsync(
            _locations,
            group,
            leaves,
            chunk => new ByteRange(chunk.OffsetIndexOffset, chunk.OffsetIndexLength),
            (bytes, chunk) => PageIndex.ReadOffsets(bytes.Span, chunk, group.Rows),
            cost,
            ct);

    /// <summary>Least and greatest value of columns' pages, or none for a page without values; null where the file does not say.</summary>
    public Task<(byte[] Min, byte[] Max)?[]?[]> ReadBoundsAsync(RowGroupInfo group, IReadOnlyList<SchemaLeaf> leaves, ScanCost? cost, CancellationToken ct) =>
        ReadIndexAsync(
            _bounds,
            group,
            leaves,
            chunk => new ByteRange(chunk.ColumnIndexOffset, chunk.ColumnIndexLength),
            (bytes, _) => PageIndex.ReadBounds(bytes.Span),
            cost,
            ct);

    private async Task<T?[]> ReadIndexAsync<T>(
        ConcurrentDictionary<(int Group, int Column), T> known,
        RowGroupInfo group,
        IReadOnlyList<SchemaLeaf> leaves,
        Func<ChunkInfo, ByteRange> locate,
        Func<ReadOnlyMemory<byte>, ChunkInfo, T> parse,
        ScanCost? cost,
        CancellationToken ct)
        where T : class
    {
        var missing = leaves.Where(l => !known.ContainsKey((group.Ordinal, l.Index)) && locate(group.Chunks[l.Index]).Length > 0).ToList();
        var content = await Source.ReadAsync(missing.ConvertAll(l => locate(group.Chunks[l.Index])), cost, ct);
        for (var i = 0; i < missing.Count; i++)
        {
            known[(group.Ordinal, missing[i].Index)] = parse(content[i], group.Chunks[missing[i].Index]);
        }

        return [.. leaves.Select(l => known.GetValueOrDefault((group.Ordinal, l.Index)))];
    }
}
