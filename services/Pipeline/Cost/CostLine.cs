using TempoCos.StorageCost.Projection;

namespace TempoCos.Pipeline.Cost;

/// <summary>One line of the projection; the share is of the total, 0 to 1.</summary>
internal sealed record CostLine(string Component, string Activity, double ClassA, double ClassB, double Free, decimal Gigabytes, decimal Cost, decimal Share, string Basis, string Detail)
{
    private const int Digits = 6;

    public static CostLine Of(BillLine line, decimal total) => new(
        line.Component, line.Activity, Math.Round(line.ClassA), Math.Round(line.ClassB), Math.Round(line.Free), decimal.Round(line.Gigabytes, Digits), decimal.Round(line.Cost, Digits),
        total > 0 ? decimal.Round(line.Cost / total, Digits) : 0, $"{line.Basis}".ToLowerInvariant(), line.Detail);
}
