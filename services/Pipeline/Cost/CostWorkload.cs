using TempoCos.StorageCost.Projection;

namespace TempoCos.Pipeline.Cost;

/// <summary>What was projected.</summary>
internal sealed record CostWorkload(
    int Tenants, double Blocks, decimal StoredBytes, double? SpansPerSecond, double PollSeconds, double RetentionSeconds, int ListConcurrency, int IndexBuilders,
    int Compactors, int Queriers, int QueryFrontends, int Ingesters, int ReplicationFactor, double LookupsPerHour, double SearchesPerHour, decimal EgressBytes)
{
    public static CostWorkload Of(TempoWorkload load) => new(
        load.Tenants, TempoProjection.LiveBlocks(load), decimal.Round(TempoProjection.StoredBytes(load)), load.SpansPerSecond, load.Poll.TotalSeconds, load.Retention.TotalSeconds,
        load.ListConcurrency, load.IndexBuilders, load.Compactors, load.Queriers, load.QueryFrontends, load.Ingesters, load.ReplicationFactor, load.LookupsPerHour, load.SearchesPerHour, load.EgressBytes);
}
