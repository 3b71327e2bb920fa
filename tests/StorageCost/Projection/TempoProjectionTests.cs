using TempoCos.StorageCost.Prices;
using TempoCos.StorageCost.Projection;

namespace TempoCos.StorageCost.Tests.Projection;

public sealed class TempoProjectionTests
{
    private static readonly TempoWorkload Idle = new() { Blocks = 0 };

    [Fact]
    public void An_idle_TempoStack_polls_and_nothing_else()
    {
        // 8,640 polls a month. The one compactor builds the index: it lists tenants, lists blocks in three parts, writes the index twice.
        Of(Idle, "list tenants").ClassA.ShouldBe(8640);
        Of(Idle, "list blocks").ClassA.ShouldBe(3 * 8640);
        Of(Idle, "write tenant index").ClassA.ShouldBe(2 * 8640);
        TempoProjection.Of(Idle).Sum(activity => activity.ClassB).ShouldBe(2 * 8640, "querier and query-frontend read the index");
        TempoProjection.Of(Idle).Sum(activity => activity.ClassA).ShouldBe(8 * 8640);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1000, 1, 1)]
    [InlineData(1001, 1, 2)]
    [InlineData(0, 3, 3)]
    // Two parts go four objects beyond their end to see that it is one, the last does not.
    [InlineData(3000, 3, 2 + 2 + 1)]
    [InlineData(2988, 3, 3)]
    [InlineData(30_000, 3, 11 + 11 + 10)]
    public void Listings_follow_from_pages_of_a_thousand(double objects, int parts, double listings) => TempoProjection.ListingsPerPoll(objects, parts, 4).ShouldBe(listings);

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 1.5)]
    [InlineData(10, 2, 1.9)]
    public void Places_that_fall_to_the_same_compactor_are_one(int compactors, int places, double builders) => TempoProjection.Builders(compactors, places).ShouldBe(builders, 1e-9);

    [Fact]
    public void Polling_grows_with_tenants_readers_and_pace()
    {
        var many = Idle with { Tenants = 10, Queriers = 5, Poll = TimeSpan.FromMinutes(1) };
        Of(many, "write tenant index").ClassA.ShouldBe(2 * 10 * 5 * 8640);
        TempoProjection.Of(many).Single(activity => activity is { Component: "querier", Activity: "read tenant index" }).ClassB.ShouldBe(5 * 10 * 5 * 8640);
    }

    [Fact]
    public void What_comes_in_is_flushed_compacted_and_goes_by_retention()
    {
        var load = new TempoWorkload { SpansPerSecond = 100, Retention = TimeSpan.FromDays(10) };
        TempoProjection.StoredBytes(load).ShouldBe(100 * 89 * 864_000m);
        TempoProjection.LiveBlocks(load).ShouldBe(240, "one a window of an hour");

        // A block of 5.3 MB every 10 minutes: one request for the data, three for the rest.
        Of(load, "write blocks").ClassA.ShouldBe(4320 * 4);
        // 720 blocks a month reach their end; what is between was compacted.
        Of(load, "retention: retire blocks").ClassA.ShouldBe(720, 1e-6);
        Of(load, "compaction: retire inputs").ClassA.ShouldBe(2 * (4320 - 720), 1e-6);
        Of(load, "retention: delete blocks").Free.ShouldBe(4 * ((2 * (4320 - 720)) + 720), 1e-6);
        // Six blocks of a window become one: log2(6) rewrites of everything.
        Of(load, "compaction: read inputs").ClassB.ShouldBe((7200 * 2) + 3600 + (100.0 * 89 * 2_592_000 * Math.Log2(6) / (2 << 20)), 1);
    }

    [Fact]
    public void Large_blocks_go_up_in_parts_of_16_MiB()
    {
        var load = new TempoWorkload { SpansPerSecond = 1000 };
        // 53.4 MB a block: begin, four parts, end; and three small objects.
        Of(load, "write blocks").ClassA.ShouldBe(4320 * (2 + 4 + 3));
    }

    [Fact]
    public void A_lookup_reads_a_bloom_filter_of_every_block()
    {
        Of(new TempoWorkload { Blocks = 300, LookupsPerHour = 1 }, "look up traces: bloom filters").ClassB.ShouldBe(300 * 720);
    }

    // grafana/tempo #3700: a vulture raised a bill by some 97 USD a day, at AWS' price of 0.0004 USD for 1,000 GETs. It looks a trace up every 30 s.
    [Fact]
    public void A_monitor_that_looks_up_traces_without_a_time_range_reads_what_its_users_paid_for_with_84000_blocks()
    {
        const double getsADay = 97 / 0.0004 * 1000;
        var load = new TempoWorkload { Blocks = 84_000, LookupsPerHour = 120 };
        var reads = TempoProjection.Of(load).Where(activity => activity.Activity.StartsWith("look up", StringComparison.Ordinal)).Sum(activity => activity.ClassB) / 30;
        reads.ShouldBe(getsADay, getsADay * 0.01);
    }

    [Fact]
    public void A_bill_adds_up_and_shares_steps_among_its_lines()
    {
        var load = new TempoWorkload { Blocks = 1000, StoredBytes = 600_000_000_000_000m, EgressBytes = 1e12m };
        var bill = MonthlyBill.Of(load, PriceTable.BuiltIn, "us-south", "standard", isPublic: true);
        bill.Lines.Single(line => line.Activity == "store blocks").Cost.ShouldBe((499_999 * 0.02299m) + (100_001 * 0.0209m));
        bill.Lines.Single(line => line.Activity == "traffic out").Cost.ShouldBe(90);
        var requests = TempoProjection.Of(load);
        bill.Total.ShouldBe(
            (499_999 * 0.02299m) + (100_001 * 0.0209m) + 90 + ((decimal)requests.Sum(activity => activity.ClassA) * 0.000005225m) + ((decimal)requests.Sum(activity => activity.ClassB) * 0.000000418m), 0.0001m);
        MonthlyBill.Of(load, PriceTable.BuiltIn, "us-south", "standard", isPublic: false).Lines.Single(line => line.Activity == "traffic out").Cost.ShouldBe(0);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => TempoProjection.Of(new TempoWorkload { Poll = TimeSpan.Zero }));
        Should.Throw<ArgumentOutOfRangeException>(() => TempoProjection.Of(new TempoWorkload { CompactionInputs = 1 }));
        Should.Throw<ArgumentOutOfRangeException>(() => TempoProjection.Of(new TempoWorkload { Tenants = 0 }));
    }

    private static ProjectedActivity Of(TempoWorkload load, string activity) => TempoProjection.Of(load).First(projected => projected.Activity == activity);
}
