namespace TempoCos.Tempo.Configuration;

/// <summary><c>query_frontend:</c></summary>
public sealed record QueryFrontendSettings
{
    public int DefaultResultLimit { get; init; } = 20;
    public int MaxResultLimit { get; init; } = 262144;
    public int DefaultSpansPerSpanSet { get; init; } = 3;

    /// <summary>0 is no limit.</summary>
    public int MaxSpansPerSpanSet { get; init; } = 100;

    /// <summary>0 is no limit.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(168);

    public TimeSpan QueryBackendAfter { get; init; } = TimeSpan.FromMinutes(15);
    public TimeSpan QueryIngestersUntil { get; init; } = TimeSpan.FromMinutes(30);
    public int MaxRetries { get; init; } = 2;

    /// <summary>Waiting jobs of one tenant; 0 is no limit.</summary>
    public int MaxOutstandingPerTenant { get; init; } = 2000;

    /// <summary>How long a client may wait; 0 is as long as it likes.</summary>
    public TimeSpan ApiTimeout { get; init; }

    public MetricsQuerySettings Metrics { get; init; } = new();

    public static QueryFrontendSettings From(ConfigurationTree tree)
    {
        var defaults = new QueryFrontendSettings();
        const string search = "query_frontend.search.";
        return new()
        {
            DefaultResultLimit = tree.Number(search + "default_result_limit", defaults.DefaultResultLimit),
            MaxResultLimit = tree.Number(search + "max_result_limit", defaults.MaxResultLimit),
            DefaultSpansPerSpanSet = tree.Number(search + "default_spans_per_span_set", defaults.DefaultSpansPerSpanSet),
            MaxSpansPerSpanSet = tree.Number(search + "max_spans_per_span_set", defaults.MaxSpansPerSpanSet),
            MaxDuration = tree.Duration(search + "max_duration", defaults.MaxDuration),
            QueryBackendAfter = tree.Duration(search + "query_backend_after", defaults.QueryBackendAfter),
            QueryIngestersUntil = tree.Duration(search + "query_ingesters_until", defaults.QueryIngestersUntil),
            MaxRetries = tree.Number("query_frontend.max_retries", defaults.MaxRetries),
            MaxOutstandingPerTenant = tree.Number("query_frontend.max_outstanding_per_tenant", defaults.MaxOutstandingPerTenant),
            ApiTimeout = tree.Duration("query_frontend.api_timeout", defaults.ApiTimeout),
            Metrics = MetricsQuerySettings.From(tree),
        };
    }
}
