using System.Globalization;
using TempoCos.Pipeline.Blocks;

namespace TempoCos.Pipeline.Cost;

/// <summary>The projection for people.</summary>
internal static class CostTable
{
    public static void Write(TextWriter writer, CostDocument cost, bool explain)
    {
        var load = cost.Workload;
        writer.WriteLine(Text($"A month of {cost.Days} days in {cost.Region}, class {cost.StorageClass}, {cost.EndpointType} endpoint: {load.Blocks:#,0} blocks of {Quantity.Count(load.Tenants, "tenant")}, {Quantity.Bytes((long)Math.Min(long.MaxValue, load.StoredBytes))} stored, polled every {load.PollSeconds:0.#} s"));
        writer.WriteLine();
        var table = new TextTable("COMPONENT", "ACTIVITY", "CLASS A", "CLASS B", "FREE", "GB", cost.Currency, "SHARE", "KNOWN").Right(2, 3, 4, 5, 6, 7);
        foreach (var line in cost.Lines)
        {
            table.Add(line.Component, line.Activity, Count(line.ClassA), Count(line.ClassB), Count(line.Free), line.Gigabytes > 0 ? Text($"{line.Gigabytes:#,0.#}") : "-", Text($"{line.Cost:#,0.00}"), Text($"{line.Share * 100:0.0} %"), line.Basis);
        }

        table.Add(
            "total", "", Count(cost.Lines.Sum(line => line.ClassA)), Count(cost.Lines.Sum(line => line.ClassB)), Count(cost.Lines.Sum(line => line.Free)), "", Text($"{cost.Total:#,0.00}"), "", "");
        table.Write(writer);
        writer.WriteLine();
        writer.WriteLine(Text($"Prices of {cost.PricesAsOf:yyyy-MM-dd} in {cost.Currency}:"));
        var prices = new TextTable("ITEM", "PRICE", "CONFIDENCE", "SOURCE");
        foreach (var price in cost.Prices)
        {
            prices.Add(price.Item, Tiers(price), price.Confidence, price.Source);
        }

        prices.Write(writer, "  ");
        if (explain)
        {
            writer.WriteLine();
            foreach (var line in cost.Lines)
            {
                writer.WriteLine($"{line.Component}, {line.Activity} ({line.Basis}): {line.Detail}");
            }
        }
    }

    private static string Tiers(CostPrice price)
    {
        var per = price.Item switch { "storage" => "a GB and month", "egress" => "a GB", _ => Text($"for {price.Per:#,0}") };
        return string.Join(", ", price.Tiers.Select(tier => tier.UpTo is { } bound ? Text($"{tier.Price} to {bound:#,0}") : Text($"{tier.Price}"))) + " " + per;
    }

    private static string Count(double requests) => requests > 0 ? Text($"{requests:#,0}") : "-";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
