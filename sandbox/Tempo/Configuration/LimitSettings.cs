namespace TempoCos.Tempo.Configuration;

/// <summary>A tenant's limits, as <c>overrides:</c> or the file of overrides by tenant has them: in groups, or in the older flat form. 0 is no limit, except for the rate.</summary>
public sealed record LimitSettings(long RateBytes, long BurstBytes, int MaxTracesPerUser, long MaxBytesPerTrace, int MaxBytesPerTagValues)
{
    /// <summary>0: the distributor's.</summary>
    public int MaxAttributeBytes { get; init; }

    public bool RetryInfo { get; init; }

    /// <summary>Zero: the compactor's.</summary>
    public TimeSpan BlockRetention { get; init; }

    /// <summary>Zero: the compactor's.</summary>
    public TimeSpan CompactionWindow { get; init; }

    public bool CompactionDisabled { get; init; }

    /// <summary>Zero: the query-frontend's.</summary>
    public TimeSpan MaxSearchDuration { get; init; }

    /// <summary>Zero: the query-frontend's.</summary>
    public TimeSpan MaxMetricsDuration { get; init; }

    /// <summary>What the metrics-generator makes of this tenant's spans; nothing is sent to it when this is empty.</summary>
    public IReadOnlyList<string> GeneratorProcessors { get; init; } = [];

    /// <summary>0 is no limit.</summary>
    public int GeneratorMaxSeries { get; init; }

    /// <summary>Nothing is set: what a tenant with overrides of its own has where these say nothing.</summary>
    public static LimitSettings None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>What holds for tenants without overrides.</summary>
    public static LimitSettings Default { get; } = new(15_000_000, 20_000_000, 10_000, 5_000_000, 1_000_000) { RetryInfo = true };

    public static LimitSettings From(ConfigurationTree tree) => From(tree, "overrides.defaults.", "overrides.", Default);

    /// <summary>Overrides of one tenant. They take the place of the defaults as a whole.</summary>
    public static LimitSettings FromTenant(ConfigurationTree tree) => From(tree, "", "", None);

    private static LimitSettings From(ConfigurationTree tree, string groups, string flat, LimitSettings fallback)
    {
        return new(
            Bytes("ingestion.rate_limit_bytes", "ingestion_rate_limit_bytes", fallback.RateBytes),
            Bytes("ingestion.burst_size_bytes", "ingestion_burst_size_bytes", fallback.BurstBytes),
            (int)Bytes("ingestion.max_traces_per_user", "max_traces_per_user", fallback.MaxTracesPerUser),
            Bytes("global.max_bytes_per_trace", "max_bytes_per_trace", fallback.MaxBytesPerTrace),
            (int)Bytes("read.max_bytes_per_tag_values_query", "max_bytes_per_tag_values_query", fallback.MaxBytesPerTagValues))
        {
            MaxAttributeBytes = (int)Bytes("ingestion.max_attribute_bytes", "ingestion_max_attribute_bytes", fallback.MaxAttributeBytes),
            RetryInfo = Boolean("ingestion.retry_info_enabled", "ingestion_retry_info_enabled", fallback.RetryInfo),
            BlockRetention = Duration("compaction.block_retention", "block_retention", fallback.BlockRetention),
            CompactionWindow = Duration("compaction.compaction_window", "compaction_window", fallback.CompactionWindow),
            CompactionDisabled = Boolean("compaction.compaction_disabled", "compaction_disabled", fallback.CompactionDisabled),
            MaxSearchDuration = Duration("read.max_search_duration", "max_search_duration", fallback.MaxSearchDuration),
            MaxMetricsDuration = Duration("read.max_metrics_duration", "max_metrics_duration", fallback.MaxMetricsDuration),
            GeneratorProcessors = List("metrics_generator.processors", "metrics_generator_processors", fallback.GeneratorProcessors),
            GeneratorMaxSeries = (int)Bytes("metrics_generator.max_active_series", "metrics_generator_max_active_series", fallback.GeneratorMaxSeries),
        };

        long Bytes(string grouped, string old, long otherwise) => tree.Bytes(groups + grouped, tree.Bytes(flat + old, otherwise));
        bool Boolean(string grouped, string old, bool otherwise) => tree.Boolean(groups + grouped, tree.Boolean(flat + old, otherwise));
        IReadOnlyList<string> List(string grouped, string old, IReadOnlyList<string> otherwise) =>
            tree.Has(groups + grouped) ? tree.List(groups + grouped) : tree.Has(flat + old) ? tree.List(flat + old) : otherwise;
        TimeSpan Duration(string grouped, string old, TimeSpan otherwise) => tree.Duration(groups + grouped, tree.Duration(flat + old, otherwise));
    }
}
