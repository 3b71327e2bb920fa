using TempoCos.Tempo.Compactor;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Tests.Compactor;

/// <summary>When blocks go. The compactor's own retention is 14 days, the grace an hour.</summary>
public sealed class RetentionTests
{
    private const double Retention = 14 * 24;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_past_retention_is_marked_and_deleted_after_the_grace()
    {
        using var bed = new CompactorTestBed();
        var old = await bed.WriteAsync("t", Retention + 0.1, 1);
        var young = await bed.WriteAsync("t", Retention - 5, 2);
        await bed.PollAndRetainAsync();
        (await bed.LiveAsync("t")).ShouldBe([young.BlockId]);
        (await bed.CompactedAsync("t")).ShouldBe([old.BlockId]);
        bed.Metrics.RetentionMarked.Value().ShouldBe(1);

        bed.Time.Now += TimeSpan.FromMinutes(59);
        await bed.PollAndRetainAsync();
        (await bed.CompactedAsync("t")).ShouldContain(old.BlockId);
        bed.Metrics.RetentionDeleted.Value().ShouldBe(0);

        bed.Time.Now += TimeSpan.FromMinutes(2);
        await bed.PollAndRetainAsync();
        (await bed.CompactedAsync("t")).ShouldNotContain(old.BlockId);
        (await bed.Store.ListFoldersAsync("t/", Ct)).ShouldNotContain($"t/{old.BlockId:d}");
        bed.Metrics.RetentionDeleted.Value().ShouldBe(1);
    }

    [Fact]
    public async Task A_tenants_own_retention_goes_before_and_a_disabled_tenant_keeps_all()
    {
        using var bed = new CompactorTestBed();
        bed.Limits["short"] = new(TimeSpan.FromHours(2), TimeSpan.Zero, false, 0);
        bed.Limits["off"] = new(TimeSpan.FromHours(2), TimeSpan.Zero, true, 0);
        foreach (var tenant in new[] { "short", "off", "other" })
        {
            await bed.WriteAsync(tenant, 3, 1);
        }

        await bed.PollAndRetainAsync();
        (await bed.LiveAsync("short")).ShouldBeEmpty();
        (await bed.LiveAsync("off")).Count.ShouldBe(1);
        (await bed.LiveAsync("other")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_several_compactors_each_takes_its_own_blocks_and_together_they_take_all()
    {
        using var bed = new CompactorTestBed();
        for (byte id = 1; id <= 24; id++)
        {
            await bed.WriteAsync("t", Retention + 1, id);
        }

        bed.Join("one", "two");
        await bed.PollAndRetainAsync();
        var taken = (await bed.CompactedAsync("t")).Count;
        taken.ShouldBeInRange(1, 23);
        bed.Join("two", "one");
        await bed.PollAndRetainAsync();
        (await bed.CompactedAsync("t")).Count.ShouldBe(24);
    }

    [Fact]
    public async Task What_a_killed_writer_left_is_cleared_when_nobody_can_be_writing_it_any_more()
    {
        using var bed = new CompactorTestBed();
        var block = await bed.WriteAsync("t", 1, 1);
        var left = BlockKeys.Data("t", Guid.NewGuid());
        await bed.Store.WriteAsync(left, "PAR1"u8.ToArray(), Ct);
        bed.Time.Now += TimeSpan.FromMinutes(59);
        await bed.PollAndRetainAsync();
        (await bed.Store.ReadAsync(left, Ct)).ShouldNotBeEmpty();
        bed.Time.Now += TimeSpan.FromMinutes(2);
        await bed.PollAndRetainAsync();
        await Should.ThrowAsync<ObjectNotFoundException>(() => bed.Store.ReadAsync(left, Ct));
        (await bed.LiveAsync("t")).ShouldBe([block.BlockId]);
    }
}
