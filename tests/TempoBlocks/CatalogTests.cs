namespace TempoCos.TempoBlocks.Tests;

/// <summary>Tenants, listings and the life of blocks in a store; compaction.</summary>
public sealed class CatalogTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_lives_is_compacted_and_goes()
    {
        using var temporary = new TemporaryStore();
        var catalog = new BlockCatalog(temporary.Store);
        (await catalog.ListTenantsAsync(Ct)).ShouldBeEmpty();
        (await catalog.ListBlocksAsync("t", Ct)).ShouldBeEmpty();

        var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions()).WriteAsync("t", [RoundTripTests.Trace(1, "x")], null, Ct);
        (await catalog.ListTenantsAsync(Ct)).ShouldBe(["t"]);
        (await catalog.ListBlocksAsync("t", Ct)).ShouldHaveSingleItem().BlockId.ShouldBe(meta.BlockId);

        await catalog.MarkCompactedAsync("t", meta.BlockId, Ct);
        await catalog.MarkCompactedAsync("t", meta.BlockId, Ct);
        (await catalog.ListBlocksAsync("t", Ct)).ShouldBeEmpty();
        (await catalog.ReadMetaAsync("t", meta.BlockId, Ct)).ShouldBeNull();
        var compacted = (await catalog.ListCompactedAsync("t", Ct)).ShouldHaveSingleItem();
        compacted.Meta.ToJson().ShouldBe(meta.ToJson());
        compacted.CompactedTime.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-10));

        await catalog.DeleteBlockAsync("t", meta.BlockId, Ct);
        (await catalog.ListTenantsAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_damaged_description_does_not_hide_the_others()
    {
        using var temporary = new TemporaryStore();
        var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions()).WriteAsync("t", [RoundTripTests.Trace(1, "x")], null, Ct);
        var damaged = BlockKeys.Meta("t", Guid.NewGuid());
        await temporary.Store.WriteAsync(damaged, "{"u8.ToArray(), Ct);
        await temporary.Store.WriteAsync("t/not-a-block/meta.json", "{}"u8.ToArray(), Ct);
        var listing = await new BlockCatalog(temporary.Store).ListAsync("t", Ct);
        listing.Live.ShouldHaveSingleItem().BlockId.ShouldBe(meta.BlockId);
        listing.Damaged.ShouldHaveSingleItem().Block.ShouldBe(damaged);
    }

    [Fact]
    public async Task The_tenants_index_is_written_and_read_in_both_forms()
    {
        using var temporary = new TemporaryStore();
        var catalog = new BlockCatalog(temporary.Store);
        (await catalog.ReadTenantIndexAsync("t", Ct)).ShouldBeNull();
        var meta = new BlockMeta { BlockId = Guid.NewGuid(), TenantId = "t" };
        await catalog.WriteTenantIndexAsync("t", new TenantIndex(DateTimeOffset.UnixEpoch, [meta], []), Ct);
        (await catalog.ReadTenantIndexAsync("t", Ct)).ShouldNotBeNull().Live.ShouldHaveSingleItem().BlockId.ShouldBe(meta.BlockId);
        await temporary.Store.DeleteAsync(BlockKeys.IndexProto("t"), Ct);
        (await catalog.ReadTenantIndexAsync("t", Ct)).ShouldNotBeNull().Live.ShouldHaveSingleItem().BlockId.ShouldBe(meta.BlockId);
        await temporary.Store.WriteAsync(BlockKeys.IndexJson("t"), "x"u8.ToArray(), Ct);
        (await Should.ThrowAsync<BlockFormatException>(() => catalog.ReadTenantIndexAsync("t", Ct))).Block.ShouldBe(BlockKeys.IndexJson("t"));
    }

    [Fact]
    public async Task Compacting_the_recorded_blocks_gives_what_Tempos_compactor_made_of_them()
    {
        using var temporary = new TemporaryStore();
        var source = GoldenCorpus.Store("vp4-level0");
        await foreach (var entry in source.ListAsync(GoldenCorpus.Tenant + "/", Ct))
        {
            await temporary.Store.WriteAsync(entry.Key, await source.ReadAsync(entry.Key, Ct), Ct);
        }

        var catalog = new BlockCatalog(temporary.Store);
        var inputs = (await catalog.ListBlocksAsync(GoldenCorpus.Tenant, Ct)).Where(m => m.TotalObjects > 100).ToList();
        var output = await new BlockCompactor(temporary.Store, new BlockWriterOptions()).CompactAsync(inputs, Ct);

        var recorded = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock);
        (output with { BlockId = recorded.BlockId, Size = 0, FooterSize = 0 }).ToJson()
            .ShouldBe((recorded with { Size = 0, FooterSize = 0 }).ToJson());
        (await catalog.ListCompactedAsync(GoldenCorpus.Tenant, Ct)).Select(c => c.Meta.BlockId).ShouldBe(inputs.Select(m => m.BlockId), ignoreOrder: true);
        (await BlockCheck.RunAsync(temporary.Store, output, Ct)).Problems.ShouldBeEmpty();
        await using var ours = await BlockReader.OpenAsync(temporary.Store, output, Ct);
        await using var theirs = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, recorded, Ct);
        var expected = await theirs.ReadAllAsync(Ct).ToListAsync(Ct);
        var actual = await ours.ReadAllAsync(Ct).ToListAsync(Ct);
        actual.Select(t => t.Id).ShouldBe(expected.Select(t => t.Id));
        foreach (var (a, b) in actual.Zip(expected))
        {
            Canonical.Lines(a.Trace).ShouldBe(Canonical.Lines(b.Trace));
        }
    }

    [Fact]
    public async Task A_failed_compaction_leaves_its_inputs_alive()
    {
        using var block = await DamagedBlock.CreateAsync();
        block.Write(block.Content[..^1000]);
        await Should.ThrowAsync<BlockFormatException>(() => new BlockCompactor(block.Store, new BlockWriterOptions()).CompactAsync([block.Meta], Ct));
        (await new BlockCatalog(block.Store).ListBlocksAsync(block.Meta.TenantId, Ct)).ShouldHaveSingleItem().BlockId.ShouldBe(block.Meta.BlockId);
    }
}
