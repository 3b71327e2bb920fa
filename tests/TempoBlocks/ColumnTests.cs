using TempoCos.TempoBlocks.Parquet;
using TempoCos.TempoBlocks.Writing;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>Column by column, level by level: our reader against ParquetSharp, our writer against real Tempo.</summary>
public sealed class ColumnTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("vp4-level0")]
    [InlineData("vp4-level1")]
    [InlineData("vp5-level0")]
    [InlineData("vp3-level0")]
    public async Task Our_reader_and_ParquetSharp_see_the_same_columns(string folder)
    {
        var root = Path.Combine(GoldenCorpus.Whole(), "blocks", folder);
        foreach (var meta in await new BlockCatalog(new LocalBlockStore(root)).ListBlocksAsync(GoldenCorpus.Tenant, Ct))
        {
            await CompareReadersAsync(new LocalBlockStore(root), root, meta);
        }
    }

    [Fact]
    public async Task Rewriting_real_traces_gives_the_columns_that_Tempo_wrote()
    {
        using var temporary = new TemporaryStore();
        var golden = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock);
        var rewritten = await RewriteAsync(GoldenCorpus.CommittedStore, golden, temporary.Store, new BlockWriterOptions());

        var goldenPath = Path.Combine(GoldenCorpus.Committed, "blocks", BlockKeys.Data(golden.TenantId, golden.BlockId));
        for (var i = 0; i < TraceSchema.Leaves.Count; i++)
        {
            var expected = ColumnDump.ByParquetSharp(goldenPath, i);
            var actual = ColumnDump.ByParquetSharp(temporary.DataPath(rewritten), i);
            if (TraceSchema.Leaves[i].Path.StartsWith("ServiceStats", StringComparison.Ordinal))
            {
                // A map has no order.
                (expected, actual) = (Sorted(expected), Sorted(actual));
            }

            AssertEqual(actual, expected, TraceSchema.Leaves[i].Path);
        }

        rewritten.StartTime.ShouldBe(golden.StartTime);
        rewritten.EndTime.ShouldBe(golden.EndTime);
        rewritten.DedicatedColumns.Select(c => c.Name).ShouldBe(golden.DedicatedColumns.Select(c => c.Name));
        await CompareReadersAsync(temporary.Store, temporary.Directory, rewritten);
    }

    [Theory]
    [InlineData(64 << 20, 1 << 20)]
    [InlineData(100_000, 2_000)]
    [InlineData(1, 64 << 10)]
    public async Task Row_groups_and_pages_of_any_size_read_alike(long rowGroupBytes, int pageBytes)
    {
        using var temporary = new TemporaryStore();
        var golden = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.SmallBlock);
        var options = new BlockWriterOptions { RowGroupBytes = rowGroupBytes, PageBytes = pageBytes };
        var rewritten = await RewriteAsync(GoldenCorpus.CommittedStore, golden, temporary.Store, options);

        rewritten.TotalRecords.ShouldBe(rowGroupBytes == 1 ? 7 : rowGroupBytes == 100_000 ? rewritten.TotalRecords : 1);
        (await BlockCheck.RunAsync(temporary.Store, rewritten, Ct)).Problems.ShouldBeEmpty();
        await CompareReadersAsync(temporary.Store, temporary.Directory, rewritten);
        await using var before = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, golden, Ct);
        await using var after = await BlockReader.OpenAsync(temporary.Store, rewritten, Ct);
        (await after.ReadAllAsync(Ct).ToListAsync(Ct)).ShouldBe(await before.ReadAllAsync(Ct).ToListAsync(Ct));
    }

    private static async Task<BlockMeta> RewriteAsync(IBlockStore from, BlockMeta meta, IBlockStore to, BlockWriterOptions options)
    {
        await using var reader = await BlockReader.OpenAsync(from, meta, Ct);
        return await new BlockWriter(to, options).WriteAsync(meta.TenantId, reader.ReadAllAsync(Ct), null, Ct);
    }

    private static async Task CompareReadersAsync(IBlockStore store, string root, BlockMeta meta)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, Ct);
        foreach (var leaf in reader.File.Footer.Leaves)
        {
            var own = await ColumnDump.ByOwnReaderAsync(reader.File, leaf.Index);
            var oracle = ColumnDump.ByParquetSharp(Path.Combine(root, BlockKeys.Data(meta.TenantId, meta.BlockId)), leaf.Index);
            AssertEqual(own, oracle, leaf.Path);
            own.Count.ShouldBeGreaterThan(0);
        }
    }

    // Shouldly's own comparison of lists of this length takes seconds.
    private static void AssertEqual(List<string> actual, List<string> expected, string column)
    {
        for (var i = 0; i < Math.Min(actual.Count, expected.Count); i++)
        {
            actual[i].ShouldBe(expected[i], $"{column}, entry {i}");
        }

        actual.Count.ShouldBe(expected.Count, column);
    }

    private static List<string> Sorted(List<string> entries) => [.. entries.Select(e => e[e.IndexOf(' ', StringComparison.Ordinal)..]).Order(StringComparer.Ordinal)];
}
