namespace TempoCos.Tempo.Configuration;

/// <summary><c>metrics_generator:</c> What its storage's path is for, a log of samples that were not yet sent, is kept in memory here.</summary>
public sealed record GeneratorSettings(SpanMetricsSettings SpanMetrics, ServiceGraphSettings ServiceGraphs, IReadOnlyList<RemoteWriteSettings> RemoteWrite)
{
    private const string Root = "metrics_generator.";

    private static readonly string[] WithoutEffect =
    [
        "processor.span_metrics.dimension_mappings", "processor.span_metrics.enable_target_info", "processor.span_metrics.filter_policies", "processor.span_metrics.span_multiplier_key",
        "processor.service_graphs.enable_messaging_system_latency_histogram", "processor.service_graphs.span_multiplier_key", "processor.service_graphs.enable_virtual_node_label",
    ];

    /// <summary>Spans that ended longer ago, or end later than that, are left out.</summary>
    public TimeSpan IngestionSlack { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan CollectionInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A series that did not change for so long is forgotten.</summary>
    public TimeSpan StaleDuration { get; init; } = TimeSpan.FromMinutes(15);

    public IReadOnlyList<(string Name, string Value)> ExternalLabels { get; init; } = [];

    /// <summary>A label for the tenant; none when empty.</summary>
    public string TenantLabel { get; init; } = "";

    public bool AddTenantHeader { get; init; } = true;

    /// <summary>Keys that are set but change nothing here.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    public static GeneratorSettings From(ConfigurationTree tree)
    {
        const string path = Root + "storage.path";
        if (tree.Text(path).Length == 0)
        {
            throw ConfigurationException.BadValue(path, "", "a directory, without which there is no metrics-generator");
        }

        var defaults = new GeneratorSettings(SpanMetricsSettings.From(tree, Root), ServiceGraphSettings.From(tree, Root), [.. tree.Items(Root + "storage.remote_write").Select(RemoteWriteSettings.From)]);
        return defaults with
        {
            IngestionSlack = tree.Duration(Root + "metrics_ingestion_time_range_slack", defaults.IngestionSlack),
            CollectionInterval = tree.Duration(Root + "registry.collection_interval", defaults.CollectionInterval) is var interval && interval > TimeSpan.Zero
                ? interval
                : throw ConfigurationException.BadValue(Root + "registry.collection_interval", tree.Text(Root + "registry.collection_interval"), "a duration above zero"),
            StaleDuration = tree.Duration(Root + "registry.stale_duration", defaults.StaleDuration),
            ExternalLabels = [.. tree.Texts(Root + "registry.external_labels")],
            TenantLabel = tree.Text(Root + "registry.inject_tenant_id_as"),
            AddTenantHeader = tree.Boolean(Root + "storage.remote_write_add_org_id_header", defaults.AddTenantHeader),
            Ignored = [.. WithoutEffect.Where(key => tree.Has(Root + key)).Select(key => Root + key)],
        };
    }

    /// <summary>Upper bounds in seconds.</summary>
    internal static IReadOnlyList<double> Buckets(ConfigurationTree tree, string path, double first, int count)
    {
        if (!tree.Has(path))
        {
            return [.. Enumerable.Range(0, count).Select(power => first * Math.Pow(2, power))];
        }

        double[] bounds = [.. tree.List(path).Select(text => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var bound)
            ? bound
            : throw ConfigurationException.BadValue(path, text, "a number of seconds"))];
        return bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second) ? bounds : throw ConfigurationException.BadValue(path, string.Join(", ", tree.List(path)), "in ascending order");
    }
}
