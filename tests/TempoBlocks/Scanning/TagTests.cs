using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Tests.Scanning;

/// <summary>Names and values of tags are those that the traces have.</summary>
public sealed class TagTests
{
    private static readonly ScanScope[] Scopes = [ScanScope.Resource, ScanScope.Span, ScanScope.Event, ScanScope.Link, ScanScope.Instrumentation];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recorded_block_lists_its_tags() => await CompareAsync(
        GoldenCorpus.CommittedStore, await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock));

    [Theory]
    [InlineData("vp4-level0")]
    [InlineData("vp4-level1")]
    [InlineData("vp5-level0")]
    [InlineData("vp3-level0")]
    public async Task Every_version_lists_its_tags(string folder)
    {
        var store = GoldenCorpus.Store(folder);
        foreach (var meta in await new BlockCatalog(store).ListBlocksAsync(GoldenCorpus.Tenant, Ct))
        {
            await CompareAsync(store, meta);
        }
    }

    [Fact]
    public async Task A_rewritten_block_lists_the_same_tags()
    {
        using var temporary = new TemporaryStore();
        var golden = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock);
        await using var reader = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, golden, Ct);
        var options = new BlockWriterOptions { RowGroupBytes = 200_000, PageBytes = 2_000, DedicatedColumns = [] };
        var rewritten = await new BlockWriter(temporary.Store, options).WriteAsync(golden.TenantId, reader.ReadAllAsync(Ct), null, Ct);
        rewritten.TotalRecords.ShouldBeGreaterThan(2);
        await CompareAsync(temporary.Store, rewritten);
    }

    [Fact]
    public async Task Values_stop_when_there_are_enough()
    {
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock);
        await using var reader = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, meta, Ct);
        foreach (var target in new[] { new ScanTarget(ScanScope.Intrinsic, ScanIntrinsics.SpanName), new ScanTarget(ScanScope.Span, "component") })
        {
            var values = 0;
            await reader.ReadTagValuesAsync(target, _ => ++values < 2, new ScanCost(), Ct);
            values.ShouldBeLessThanOrEqualTo(2);
        }
    }

    private static async Task CompareAsync(IBlockStore store, BlockMeta meta)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, Ct);
        var block = await ScannedBlock.LoadAsync(reader, Ct);
        var names = await reader.ReadTagNamesAsync(new ScanCost(), Ct);
        var isVParquet3 = meta.Format == "vParquet3";
        foreach (var scope in Scopes.Where(s => !isVParquet3 || s is ScanScope.Span or ScanScope.Resource))
        {
            names[scope].Order(StringComparer.Ordinal).ShouldBe(block.Targets().Where(t => t.Scope == scope).Select(t => t.Key).Order(StringComparer.Ordinal), $"{scope}");
        }

        foreach (var target in block.Targets())
        {
            var values = new HashSet<ScanValue>();
            await reader.ReadTagValuesAsync(target, value => values.Add(value) || true, new ScanCost(), Ct);
            // Without a span of its own a resource, and behind a span's value its resource's, have values that no span shows.
            var expected = block.Expected(target).SelectMany(e => e.Values).ToHashSet();
            values.IsSupersetOf(expected).ShouldBeTrue($"{target.Scope} {target.Key}");
            if (target.Scope is ScanScope.Span or ScanScope.Event or ScanScope.Link or ScanScope.Intrinsic)
            {
                values.Count.ShouldBe(expected.Count, $"{target.Scope} {target.Key}");
            }
        }
    }
}
