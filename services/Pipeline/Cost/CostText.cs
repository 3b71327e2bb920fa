using System.Globalization;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Receipts;

namespace TempoCos.Pipeline.Cost;

/// <summary>A run's cost in one line.</summary>
internal static class CostText
{
    private const decimal Cent = 0.01m;

    public static string Of(ReceiptCost? cost)
    {
        if (cost is null)
        {
            return "";
        }

        var total = cost.Total;
        var asked = Text($"{total.ClassA} requests of class A, {total.ClassB} of class B, {total.Free} free, {Quantity.Bytes(total.BytesReceived)} in, {Quantity.Bytes(total.BytesSent)} out");
        return cost is { Amount: { } amount, MonthAsConfigured: { } configured, MonthAtFiveMinutes: { } usual }
            ? Text($"cost: {asked}: {(amount < Cent ? "less than " : "")}{cost.Currency} {Math.Max(Cent, amount):0.00} ({cost.Confidence} prices of {cost.PricesAsOf:yyyy-MM-dd}); a month of this Tempo at rest: {cost.Currency} {usual.Amount:#,0.00}")
                + (configured.PollSeconds == usual.PollSeconds ? "" : Text($", {configured.Amount:#,0.00} with its blocklist_poll of {configured.PollSeconds:0.###} s"))
            : $"cost: {asked}. {cost.Note}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
