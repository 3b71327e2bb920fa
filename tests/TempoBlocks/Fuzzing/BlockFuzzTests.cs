namespace TempoCos.TempoBlocks.Tests.Fuzzing;

/// <summary>Damaged blocks of every kind, at random: see <see cref="FuzzRun"/> for seeds and time.</summary>
[Collection(nameof(FuzzCollection))]
public sealed class BlockFuzzTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Damage_is_named_and_stays_within_its_block()
    {
        var blocks = await BlocksAsync();
        await FuzzRun.RunAsync(Round, seconds: 8, fixedRounds: 150);
        TestContext.Current.TestOutputHelper?.WriteLine($"at most {BlockProbe.Most >> 20} MiB allocated at once");

        async Task Round(Random random)
        {
            var damaged = blocks[random.Next(blocks.Count)];
            var neighbour = blocks[0].Copy(Guid.Parse("11111111-1111-4111-8111-111111111111"));
            var store = new MemoryBlockStore(damaged.Objects.Concat(neighbour.Objects));
            await new BlockCatalog(store).WriteTenantIndexAsync(damaged.Meta.TenantId, new TenantIndex(DateTimeOffset.UnixEpoch, [damaged.Meta, neighbour.Meta], []), Ct);
            var how = BlockMutation.Apply(random, store, damaged, blocks[random.Next(blocks.Count)]);
            try
            {
                var probe = new BlockProbe(store, damaged);
                await probe.RunAsync(random);
                await probe.ReadNeighbourAsync(neighbour, random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{damaged} with damage of {how}: {e.Message}", e);
            }
        }
    }

    [Fact]
    public async Task The_probe_sees_an_undamaged_block_whole()
    {
        foreach (var block in await BlocksAsync())
        {
            var store = new MemoryBlockStore(block.Objects);
            await new BlockProbe(store, block).RunAsync(new Random(1));
            (await BlockCheck.RunAsync(store, block.Meta, Ct)).Problems.ShouldBeEmpty();
            await using var reader = await BlockReader.OpenAsync(store, block.Meta, Ct);
            (await reader.ReadAllAsync(Ct).CountAsync(Ct)).ShouldBe(block.Ids.Count);
        }
    }

    [Theory]
    [InlineData(long.MaxValue, 1 << 30)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(1L << 40, 0)]
    public async Task A_description_that_lies_about_sizes_costs_no_memory(long size, int footer)
    {
        var block = (await BlocksAsync())[0];
        var store = new MemoryBlockStore(block.Objects);
        var before = GC.GetTotalAllocatedBytes();
        await Should.ThrowAsync<BlockFormatException>(() => BlockReader.OpenAsync(store, block.Meta with { Size = size, FooterSize = footer }, Ct));
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(16L << 20);
    }

    // What real Tempo wrote, and blocks of our own with many pages and row groups; where the whole corpus is at hand, its other formats too.
    private static async Task<List<FuzzBlock>> BlocksAsync()
    {
        var own = new MemoryBlockStore([]);
        await using var small = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.SmallBlock), Ct);
        var traces = await small.ReadAllAsync(Ct).ToListAsync(Ct);
        var options = new BlockWriterOptions { RowGroupBytes = 3_000, PageBytes = 200 };
        var written = await new BlockWriter(own, options).WriteAsync(GoldenCorpus.Tenant, traces, new BlockDraft { BlockId = Guid.Parse("22222222-2222-4222-8222-222222222222") }, Ct);
        var blocks = new List<FuzzBlock> { await FuzzBlock.ReadAsync(GoldenCorpus.CommittedStore, small.Meta, Ct), await FuzzBlock.ReadAsync(own, written, Ct) };
        foreach (var folder in new[] { "vp3-level0", "vp5-level0" })
        {
            if (GoldenCorpus.TryStore(folder) is { } store)
            {
                var meta = (await new BlockCatalog(store).ListBlocksAsync(GoldenCorpus.Tenant, Ct)).MinBy(m => m.Size)!;
                blocks.Add(await FuzzBlock.ReadAsync(store, meta, Ct));
            }
        }

        return blocks;
    }
}
