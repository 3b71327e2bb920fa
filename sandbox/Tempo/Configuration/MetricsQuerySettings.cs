namespace TempoCos.Tempo.Configuration;

/// <summary><c>query_frontend.metrics:</c> limits of TraceQL metrics; 0 is no limit.</summary>
public sealed record MetricsQuerySettings
{
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(3);
    public TimeSpan QueryBackendAfter { get; init; } = TimeSpan.FromMinutes(30);
    public int MaxExemplars { get; init; } = 100;
    public int MaxResponseSeries { get; init; }
    public int MaxIntervals { get; init; } = 10_000;

    public static MetricsQuerySettings From(ConfigurationTree tree)
    {
        var defaults = new MetricsQuerySettings();
        const string metrics = "query_frontend.metrics.";
        return new()
        {
            MaxDuration = tree.Duration(metrics + "max_duration", defaults.MaxDuration),
            QueryBackendAfter = tree.Duration(metrics + "query_backend_after", defaults.QueryBackendAfter),
            MaxExemplars = tree.Number(metrics + "max_exemplars", defaults.MaxExemplars),
            MaxResponseSeries = tree.Number(metrics + "max_response_series", defaults.MaxResponseSeries),
            MaxIntervals = tree.Number(metrics + "max_intervals", defaults.MaxIntervals),
        };
    }
}
