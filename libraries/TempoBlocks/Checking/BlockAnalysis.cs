using TempoCos.TempoBlocks.Blooms;

namespace TempoCos.TempoBlocks.Checking;

/// <summary>Where a block's bytes are, from its footer and its bloom shards.</summary>
/// <param name="CreatedBy">What wrote the file, as its footer says.</param>
/// <param name="RowGroups">In the file's order.</param>
/// <param name="Columns">Largest first.</param>
/// <param name="Blooms">By shard; a missing or damaged shard is left out.</param>
public sealed record BlockAnalysis(
    string CreatedBy, IReadOnlyList<RowGroupSummary> RowGroups, IReadOnlyList<ColumnSummary> Columns, IReadOnlyList<BloomSummary> Blooms)
{
    /// <summary>Reads the footer and the bloom shards.</summary>
    /// <exception cref="BlockFormatException">The footer cannot be read.</exception>
    public static async Task<BlockAnalysis> RunAsync(IBlockStore store, BlockMeta meta, CancellationToken ct)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, ct);
        var footer = reader.File.Footer;
        var columns = footer.Leaves.Select(leaf =>
        {
            var chunks = footer.RowGroups.Select(g => g.Chunks[leaf.Index]).ToList();
            return new ColumnSummary(
                leaf.Path,
                chunks.Sum(c => c.CompressedSize),
                chunks.Sum(c => c.DictionaryPageOffset > 0 ? Math.Max(0, c.DataPageOffset - c.DictionaryPageOffset) : 0),
                chunks.Sum(c => c.Values),
                string.Join(", ", chunks.Select(c => c.Codec.ToString().ToLowerInvariant()).Distinct()));
        });
        return new BlockAnalysis(
            reader.CreatedBy,
            [.. footer.RowGroups.Select(g => new RowGroupSummary(g.Ordinal, g.Rows, g.Chunks.Sum(c => c.CompressedSize)))],
            [.. columns.OrderByDescending(c => c.Bytes).ThenBy(c => c.Path, StringComparer.Ordinal)],
            await ReadBloomsAsync(store, meta, ct));
    }

    private static async Task<List<BloomSummary>> ReadBloomsAsync(IBlockStore store, BlockMeta meta, CancellationToken ct)
    {
        var blooms = new List<BloomSummary>();
        for (var shard = 0; shard < Damage.Guard(meta.Name, () => BlockReader.BloomShards(meta)); shard++)
        {
            try
            {
                var content = await store.ReadAsync(BlockKeys.Bloom(meta.TenantId, meta.BlockId, shard), ct);
                var bloom = BloomShard.Parse(content);
                blooms.Add(new BloomSummary(shard, content.Length, bloom.Hashes, BloomExamination.Fill(content)));
            }
            catch (Exception e) when (e is ObjectNotFoundException or InvalidDataException or EndOfStreamException)
            {
                // The examination names it; here the rest is worth showing.
            }
        }

        return blooms;
    }
}
