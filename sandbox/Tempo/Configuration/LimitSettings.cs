namespace TempoCos.Tempo.Configuration;

/// <summary><c>overrides:</c>, the form with <c>defaults</c> and the older flat one. 0 is no limit.</summary>
public sealed record LimitSettings(long RateBytes, long BurstBytes, int MaxTracesPerUser, long MaxBytesPerTrace, int MaxBytesPerTagValues)
{
    public static LimitSettings From(ConfigurationTree tree)
    {
        const string flat = "overrides.";
        const string defaults = "overrides.defaults.";
        return new(
            tree.Bytes(defaults + "ingestion.rate_limit_bytes", tree.Bytes(flat + "ingestion_rate_limit_bytes", 15_000_000)),
            tree.Bytes(defaults + "ingestion.burst_size_bytes", tree.Bytes(flat + "ingestion_burst_size_bytes", 20_000_000)),
            (int)tree.Bytes(defaults + "ingestion.max_traces_per_user", tree.Bytes(flat + "max_traces_per_user", 10_000)),
            tree.Bytes(defaults + "global.max_bytes_per_trace", tree.Bytes(flat + "max_bytes_per_trace", 5_000_000)),
            (int)tree.Bytes(defaults + "read.max_bytes_per_tag_values_query", tree.Bytes(flat + "max_bytes_per_tag_values_query", 1_000_000)));
    }
}
