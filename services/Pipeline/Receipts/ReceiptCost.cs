using TempoCos.Contracts;
using TempoCos.Pipeline.Cost;
using TempoCos.Pipeline.Runs;
using TempoCos.StorageCost.Prices;
using TempoCos.StorageCost.Projection;

namespace TempoCos.Pipeline.Receipts;

/// <summary>
/// What the run asked of the object store and what it comes to. Three kinds of numbers, kept apart: measured where requests leave this program, told by Tempo's
/// own metric, and projected from Tempo's source.
/// </summary>
internal sealed record ReceiptCost(
    IReadOnlyList<ReceiptUsage> Measured, ReceiptUsageTotal Total, IReadOnlyList<ReceiptTempoRequests> Told, ReceiptBlocks? Bucket,
    string? Currency, DateOnly? PricesAsOf, string? Confidence, decimal? Amount, ReceiptMonth? MonthAsConfigured, ReceiptMonth? MonthAtFiveMinutes, string Note)
{
    private const string Poll = "storage.trace.blocklist_poll";
    private const string Priced = "Amount: of the measured requests alone; Tempo's own are in told (a GET there may be a listing) and in the months, which are projected.";
    private const int Digits = 8;

    public static ReceiptCost? From(RunRecord run)
    {
        if (run.Usage.Count == 0)
        {
            return null;
        }

        ReceiptUsage[] measured = [.. run.Usage.Select(ReceiptUsage.From)];
        var unpriced = new ReceiptCost(measured, ReceiptUsageTotal.Of(measured), [.. run.TempoRequests.Select(ReceiptTempoRequests.From)], ReceiptBlocks.From(run), null, null, null, null, null, null, "");
        try
        {
            return BucketPlace.Parse(run.Provisioned?.LocationConstraint) is { } place
                ? unpriced.WithPrices(run, PriceTable.BuiltIn, place)
                : unpriced with { Note = "No amount: the bucket has no location constraint that prices are known for." };
        }
        catch (DiagnosticException exception)
        {
            return unpriced with { Note = $"No amount: {exception.Reason} ({exception.Value})." };
        }
    }

    private ReceiptCost WithPrices(RunRecord run, PriceTable table, BucketPlace place)
    {
        Price[] prices = [.. new[] { PricedItem.ClassA, PricedItem.ClassB, PricedItem.Egress }.Select(item => table.Find(item, place.Region, place.StorageClass))];
        var amount = prices[0].Of(Total.ClassA) + prices[1].Of(Total.ClassB) + (run.IsPublic ? prices[2].Of(Total.BytesReceived / table.BytesPerGigabyte) : 0);
        var usual = new TempoWorkload { Blocks = Bucket?.Blocks ?? 0 };
        var asConfigured = run.Deployed?.Accelerated.TryGetValue(Poll, out var text) == true && UsageQuantity.TryParseDuration(text, out var poll) ? usual with { Poll = poll } : usual;
        return this with
        {
            Currency = table.Currency,
            PricesAsOf = table.AsOf,
            Confidence = $"{prices.Min(price => price.Confidence)}".ToLowerInvariant(),
            Amount = decimal.Round(amount, Digits),
            MonthAsConfigured = Month(asConfigured, table, place),
            MonthAtFiveMinutes = Month(usual, table, place),
            Note = Priced,
        };
    }

    private static ReceiptMonth Month(TempoWorkload load, PriceTable table, BucketPlace place)
    {
        var bill = MonthlyBill.Of(load, table, place.Region, place.StorageClass, isPublic: false);
        return new ReceiptMonth(load.Poll.TotalSeconds, Math.Round(bill.Lines.Sum(line => line.ClassA)), Math.Round(bill.Lines.Sum(line => line.ClassB)), decimal.Round(bill.Total, Digits));
    }
}
