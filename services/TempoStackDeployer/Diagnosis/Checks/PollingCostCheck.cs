using System.Globalization;
using System.Text.RegularExpressions;
using TempoCos.Doctor;
using TempoCos.StorageCost.Prices;
using TempoCos.StorageCost.Projection;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>What the poll of the blocklist costs a month, and whether most of what Tempo asks is not there.</summary>
internal sealed partial class PollingCostCheck : StackCheck
{
    private const string Poll = "storage.trace.blocklist_poll";
    private const string AnyRegion = "us-south";
    private const string StorageClass = "standard";
    private const decimal Noticeable = 20;
    private const double FewMisses = 100;
    private const double MissesOfAPoll = 20;
    private const double MissesOfABlock = 4;

    public override CheckDescription Description { get; } = new("TC301", "polling-cost", "Counting what the poll of the blocklist asks and costs");

    public override Finding Examine(StackFacts facts)
    {
        if (facts.Configuration("compactor", "querier") is not { } configuration || configuration.Duration(Poll) is not { Ticks: > 0 } poll)
        {
            return Finding.Skip(facts.Unreachable("compactor", "querier"));
        }

        var load = Load(facts, configuration, poll);
        var bill = Price(facts, load);
        var cost = bill.Amount.ToString("0.00", CultureInfo.InvariantCulture);
        var (misses, polls, known) = Misses(facts);
        var finding = misses > FewMisses && misses > (MissesOfAPoll * polls) + (MissesOfABlock * known)
            ? Finding.Warn(
                $"{misses:0} requests to the store found nothing (404) in {polls:0} polls with {known:0} blocks: each of them is billed",
                "Look for a cache or a tenant index that is not there: storage.trace.blocklist_poll_stale_tenant_index, blocklist_poll_tenant_index_builders; see `tempocos blocks verify` for blocks without a description.")
            : bill.Amount < Noticeable ? Finding.Pass($"polling every {GoTime.Text(poll)} costs {bill.Currency} {cost} a month")
            : facts.IsOfARun ? Finding.Pass($"polling every {GoTime.Text(poll)} would cost {bill.Currency} {cost} a month, but a run made this stack, for the time that it needs")
            : Finding.Warn(
                $"polling every {GoTime.Text(poll)} costs {bill.Currency} {cost} a month, before anything is read or written",
                $"Poll less often ({Poll}: 5m, and ingester.complete_block_timeout at three times that), by fewer processes (replicas of querier and query-frontend), or let fewer compactors build the index (storage.trace.blocklist_poll_tenant_index_builders).");
        return finding
            .With("blocklist_poll", GoTime.Text(poll))
            .With("month", $"{bill.Currency} {cost}, {load.Tenants} tenants, {load.Blocks} blocks, prices of {PriceTable.BuiltIn.AsOf:yyyy-MM-dd} in {bill.Region}")
            .With("requests_of_a_month", $"{bill.ClassA:0} class A, {bill.ClassB:0} class B")
            .With("not_found", $"{misses:0}")
            .With("polls", $"{polls:0}");
    }

    private static TempoWorkload Load(StackFacts facts, TempoConfiguration configuration, TimeSpan poll)
    {
        int Pods(string component) => facts.Of(component).Count();
        var usual = new TempoWorkload();
        var bucket = facts.Bucket is { Unreachable: null } found ? found : null;
        return usual with
        {
            Poll = poll,
            Tenants = Math.Max(1, bucket?.Tenants.Count() ?? 1),
            Blocks = bucket is not null ? bucket.LiveBlocks.Count() : (long)Largest(facts, "tempodb_blocklist_length"),
            Compactors = Pods("compactor"),
            Queriers = Pods("querier"),
            QueryFrontends = Pods("query-frontend"),
            Ingesters = Pods("ingester"),
            IndexBuilders = (int)(configuration.Number("storage.trace.blocklist_poll_tenant_index_builders") ?? usual.IndexBuilders),
            ListConcurrency = (int)Math.Max(1, configuration.Number("storage.trace.s3.list_blocks_concurrency") ?? usual.ListConcurrency),
        };
    }

    /// <summary>Of the poll alone: what is written and read costs by what is sent and asked.</summary>
    private static (decimal Amount, double ClassA, double ClassB, string Currency, string Region) Price(StackFacts facts, TempoWorkload load)
    {
        var table = PriceTable.BuiltIn;
        var named = Region().Match(facts.Secret?.Endpoint ?? "").Groups["region"].Value;
        var region = named.Length > 0 && table.TryFind(PricedItem.ClassA, named, StorageClass) is not null ? named : AnyRegion;
        var polling = TempoProjection.Of(load).Where(activity => activity.Activity is "list tenants" or "list blocks" or "write tenant index" or "read tenant index").ToList();
        var (classA, classB) = (polling.Sum(activity => activity.ClassA), polling.Sum(activity => activity.ClassB));
        var amount = table.Find(PricedItem.ClassA, region, StorageClass).Of((decimal)classA) + table.Find(PricedItem.ClassB, region, StorageClass).Of((decimal)classB);
        return (amount, classA, classB, table.Currency, region);
    }

    private static (double Misses, double Polls, double Known) Misses(StackFacts facts)
    {
        string[] pollers = ["compactor", "querier", "query-frontend"];
        return (
            facts.Metric("tempodb_backend_request_duration_seconds_count", pollers, ("status_code", "404")) ?? 0,
            facts.Metric("tempodb_blocklist_poll_duration_seconds_count", pollers) ?? 0,
            Largest(facts, "tempodb_blocklist_length") + (facts.Metric("tempodb_retention_deleted_total", pollers) ?? 0));
    }

    private static double Largest(StackFacts facts, string metric) => facts.Components.Select(component => component.Metrics?.Sum(metric) ?? 0).DefaultIfEmpty(0).Max();

    [GeneratedRegex(@"//s3\.(?:private\.|direct\.)?(?<region>[a-z0-9-]+)\.cloud-object-storage\.")]
    private static partial Regex Region();
}
