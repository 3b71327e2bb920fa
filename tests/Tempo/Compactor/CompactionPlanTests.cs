using TempoCos.Tempo.Compactor;
using TempoCos.Tempo.Configuration;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Tests.Compactor;

/// <summary>Which blocks are combined, and in which order. Now is noon; windows are of an hour.</summary>
public sealed class CompactionPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Recent_blocks_are_combined_level_by_level_lowest_and_newest_first() => Plan(
        Block("a", hoursAgo: 5), Block("b", hoursAgo: 5),
        Block("c", hoursAgo: 2), Block("d", hoursAgo: 2),
        Block("e", hoursAgo: 1, level: 1), Block("f", hoursAgo: 1, level: 1),
        Block("alone", hoursAgo: 1)).ShouldBe(["c d", "a b", "e f"]);

    [Fact]
    public void Old_blocks_are_combined_whatever_their_level_after_all_recent_ones() => Plan(
        Block("a", hoursAgo: 40, level: 2), Block("b", hoursAgo: 40),
        Block("c", hoursAgo: 50), Block("d", hoursAgo: 50, level: 1),
        Block("e", hoursAgo: 3, level: 7), Block("f", hoursAgo: 3, level: 7)).ShouldBe(["e f", "b a", "c d"]);

    [Fact]
    public void The_window_between_recent_and_old_is_left_alone()
    {
        Plan(Block("a", hoursAgo: 24), Block("b", hoursAgo: 24)).ShouldBeEmpty();
        Plan(Block("a", hoursAgo: 23), Block("b", hoursAgo: 23)).ShouldBe(["a b"]);
        Plan(Block("a", hoursAgo: 25), Block("b", hoursAgo: 25)).ShouldBe(["a b"]);
    }

    [Fact]
    public void Four_go_together_smallest_first_and_what_is_left_goes_together_too() => Plan(
        Block("f", objects: 6), Block("e", objects: 5), Block("d", objects: 4), Block("c", objects: 3), Block("b", objects: 2), Block("a", objects: 1), Block("g", objects: 7))
        .ShouldBe(["a b c d", "e f g"]);

    [Fact]
    public void Only_blocks_that_are_alike_go_together()
    {
        var other = new DedicatedColumn("x");
        Plan(Block("a"), Block("b") with { DedicatedColumns = [other] }).ShouldBeEmpty();
        Plan(Block("a") with { DedicatedColumns = [other] }, Block("b") with { DedicatedColumns = [new DedicatedColumn("x")] }).ShouldBe(["a b"]);
        Plan(Block("a"), Block("b") with { ReplicationFactor = 1 }).ShouldBeEmpty();
        Plan(Block("a"), Block("b") with { Format = "vParquet3" }).ShouldBeEmpty();
        Plan(Block("a"), Block("b", hoursAgo: 3)).ShouldBeEmpty();
        Plan(Block("a"), Block("b", level: 1)).ShouldBeEmpty();
    }

    [Fact]
    public void Limits_of_number_and_size_hold_for_the_sum()
    {
        BlockMeta[] blocks = [Block("a", objects: 10), Block("b", objects: 20), Block("c", objects: 30)];
        Plan(new CompactorSettings { MaxCompactionObjects = 60 }, blocks).ShouldBe(["a b c"]);
        Plan(new CompactorSettings { MaxCompactionObjects = 59 }, blocks).ShouldBe(["a b"]);
        Plan(new CompactorSettings { MaxCompactionObjects = 29 }, blocks).ShouldBeEmpty();
        Plan(new CompactorSettings { MaxBlockBytes = 200 }, blocks).ShouldBe(["a b"]);
        Plan(new CompactorSettings { MaxBlockBytes = 199 }, blocks).ShouldBeEmpty();
    }

    [Fact]
    public void Each_window_and_level_has_an_owner_of_its_own()
    {
        var hour = Now.AddHours(-2).ToUnixTimeSeconds() / 3600;
        Hashes(Block("a", hoursAgo: 2), Block("b", hoursAgo: 2)).ShouldBe([$"t-0-{hour}-0"]);
        Hashes(Block("a", hoursAgo: 42), Block("b", hoursAgo: 42, level: 3)).ShouldBe([$"t-{hour - 40}-0"]);
    }

    private static string[] Plan(params BlockMeta[] blocks) => Plan(new CompactorSettings(), blocks);

    private static string[] Plan(CompactorSettings settings, params BlockMeta[] blocks) =>
        [.. CompactionPlan.Jobs(blocks, settings, settings.CompactionWindow, Now).Select(job => string.Join(' ', job.Inputs.Select(Name)))];

    private static string[] Hashes(params BlockMeta[] blocks) =>
        [.. CompactionPlan.Jobs(blocks, new CompactorSettings(), TimeSpan.FromHours(1), Now).Select(job => job.Hash)];

    private static string Name(BlockMeta meta) => System.Text.Encoding.ASCII.GetString(meta.BlockId.ToByteArray()).TrimEnd('\0');

    private static BlockMeta Block(string name, int hoursAgo = 2, int level = 0, long objects = 1)
    {
        var id = new byte[16];
        System.Text.Encoding.ASCII.GetBytes(name, id);
        return new BlockMeta { BlockId = new Guid(id), TenantId = "t", EndTime = Now.AddHours(-hoursAgo), CompactionLevel = level, TotalObjects = objects, Size = 100 };
    }
}
