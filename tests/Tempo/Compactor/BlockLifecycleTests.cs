using TempoCos.Tempo.Compactor;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Tests.Compactor;

/// <summary>Cycles of compaction over a store, and the tenant index that the compactor writes.</summary>
public sealed class BlockLifecycleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cycle_combines_one_tenants_blocks_and_the_next_cycle_the_next_tenants()
    {
        using var bed = new CompactorTestBed();
        foreach (var tenant in new[] { "a", "b" })
        {
            await bed.WriteAsync(tenant, 0.01, 1, 2);
            await bed.WriteAsync(tenant, 0.01, 2, 3);
        }

        bed.Limits["a"] = bed.Limits["b"] = new(TimeSpan.Zero, TimeSpan.FromHours(20), false, 0);
        await bed.Blocklist.PollAsync(Ct);
        await bed.Lifecycle.CycleAsync(Ct);
        ((await bed.LiveAsync("a")).Count, (await bed.LiveAsync("b")).Count).ShouldBe((2, 1));
        await bed.Lifecycle.CycleAsync(Ct);
        ((await bed.LiveAsync("a")).Count, (await bed.LiveAsync("b")).Count).ShouldBe((1, 1));
        var output = (await bed.Catalog.ListBlocksAsync("a", Ct))[0];
        (output.CompactionLevel, output.TotalObjects).ShouldBe((1, 3));
        (bed.Metrics.CompactionBlocks.Value("0"), bed.Metrics.CompactionObjects.Value("0"), bed.Metrics.CompactionErrors.Value()).ShouldBe((4, 6, 0));
        bed.Metrics.CompactionBytes.Value("0").ShouldBeGreaterThan(output.Size);
    }

    [Fact]
    public async Task Flagged_blocks_disabled_tenants_and_other_compactors_jobs_are_left_alone()
    {
        using var bed = new CompactorTestBed();
        var flagged = await bed.WriteAsync("t", 0.01, 1);
        await bed.WriteAsync("t", 0.01, 2);
        bed.Limits["t"] = new(TimeSpan.Zero, TimeSpan.FromHours(20), true, 0);
        await bed.Blocklist.PollAsync(Ct);
        await bed.Lifecycle.CycleAsync(Ct);
        (await bed.LiveAsync("t")).Count.ShouldBe(2);

        bed.Limits["t"] = bed.Limits["t"] with { Disabled = false };
        await bed.Store.WriteAsync(BlockKeys.NoCompact("t", flagged.BlockId), Array.Empty<byte>(), Ct);
        await bed.Lifecycle.CycleAsync(Ct);
        (await bed.LiveAsync("t")).Count.ShouldBe(2);

        await bed.Store.DeleteAsync(BlockKeys.NoCompact("t", flagged.BlockId), Ct);
        bed.Ownership.Id = "nobody knows me";
        await bed.Lifecycle.CycleAsync(Ct);
        (await bed.LiveAsync("t")).Count.ShouldBe(2);

        bed.Ownership.Id = null;
        await bed.Lifecycle.CycleAsync(Ct);
        (await bed.LiveAsync("t")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_damaged_block_fails_its_job_and_not_the_next_one()
    {
        using var bed = new CompactorTestBed();
        bed.Limits["t"] = new(TimeSpan.Zero, TimeSpan.FromHours(1), false, 0);
        var damaged = await bed.WriteAsync("t", 3, 1);
        var other = await bed.WriteAsync("t", 3, 2);
        await bed.WriteAsync("t", 6, 3);
        await bed.WriteAsync("t", 6, 4);
        await bed.Store.WriteAsync(BlockKeys.Data("t", damaged.BlockId), new byte[damaged.Size], Ct);
        await bed.Blocklist.PollAsync(Ct);
        await bed.Lifecycle.CycleAsync(Ct);
        bed.Metrics.CompactionErrors.Value().ShouldBe(1);
        var live = await bed.LiveAsync("t");
        live.Count.ShouldBe(3);
        live.ShouldContain(damaged.BlockId);
        live.ShouldContain(other.BlockId);
    }

    [Fact]
    public async Task The_tenants_index_is_written_by_its_builders_and_goes_with_the_last_block()
    {
        using var bed = new CompactorTestBed();
        var block = await bed.WriteAsync("t", 1, 1);
        bed.Ownership.Id = "nobody knows me";
        await bed.Blocklist.PollAsync(Ct);
        (await bed.Catalog.ReadTenantIndexAsync("t", Ct)).ShouldBeNull();
        bed.Blocklist.Tenant("t").Live.ShouldHaveSingleItem();
        bed.Metrics.TenantIndexBuilder.Value("t").ShouldBe(0);

        bed.Ownership.Id = null;
        await bed.Blocklist.PollAsync(Ct);
        (await bed.Catalog.ReadTenantIndexAsync("t", Ct)).ShouldNotBeNull().Live.ShouldHaveSingleItem().BlockId.ShouldBe(block.BlockId);
        bed.Metrics.TenantIndexBuilder.Value("t").ShouldBe(1);

        await bed.Catalog.DeleteBlockAsync("t", block.BlockId, Ct);
        await bed.Blocklist.PollAsync(Ct);
        (await bed.Catalog.ReadTenantIndexAsync("t", Ct)).ShouldBeNull();
    }
}
