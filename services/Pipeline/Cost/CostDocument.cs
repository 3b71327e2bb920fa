using TempoCos.StorageCost.Prices;
using TempoCos.StorageCost.Projection;

namespace TempoCos.Pipeline.Cost;

/// <summary>A month's projection as JSON.</summary>
internal sealed record CostDocument(
    string Region, string StorageClass, string EndpointType, int Days, string Currency, DateOnly PricesAsOf, decimal Total, CostWorkload Workload, IReadOnlyList<CostLine> Lines, IReadOnlyList<CostPrice> Prices)
{
    private const int Digits = 6;

    public static CostDocument Of(TempoWorkload load, MonthlyBill bill, PriceTable table, string region, string storageClass, string endpointType) => new(
        region, storageClass, endpointType, (int)TempoProjection.Month.TotalDays, bill.Currency, table.AsOf, decimal.Round(bill.Total, Digits),
        CostWorkload.Of(load),
        [.. bill.Lines.Select(line => CostLine.Of(line, bill.Total))],
        [.. bill.Prices.Select(CostPrice.Of)]);
}
