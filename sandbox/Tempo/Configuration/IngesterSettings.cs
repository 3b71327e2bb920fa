namespace TempoCos.Tempo.Configuration;

/// <summary><c>ingester:</c></summary>
public sealed record IngesterSettings
{
    public string Id { get; init; } = "";
    public string Address { get; init; } = "";
    public int ReplicationFactor { get; init; } = 1;
    public TimeSpan MinReadyDuration { get; init; }
    public TimeSpan TraceIdlePeriod { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan TraceLivePeriod { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan FlushCheckPeriod { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan MaxBlockDuration { get; init; } = TimeSpan.FromMinutes(30);
    public long MaxBlockBytes { get; init; } = 500 * 1024 * 1024;
    public TimeSpan CompleteBlockTimeout { get; init; } = TimeSpan.FromMinutes(15);
    public int ConcurrentFlushes { get; init; } = 4;
    public bool FlushAllOnShutdown { get; init; }

    public static IngesterSettings From(ConfigurationTree tree)
    {
        var defaults = new IngesterSettings();
        return new()
        {
            Id = tree.Text("ingester.lifecycler.id"),
            Address = tree.Text("ingester.lifecycler.address"),
            ReplicationFactor = Math.Max(1, tree.Number("ingester.lifecycler.ring.replication_factor", defaults.ReplicationFactor)),
            MinReadyDuration = tree.Duration("ingester.lifecycler.min_ready_duration", defaults.MinReadyDuration),
            TraceIdlePeriod = tree.Duration("ingester.trace_idle_period", defaults.TraceIdlePeriod),
            TraceLivePeriod = tree.Duration("ingester.trace_live_period", defaults.TraceLivePeriod),
            FlushCheckPeriod = Positive(tree, "ingester.flush_check_period", defaults.FlushCheckPeriod),
            MaxBlockDuration = tree.Duration("ingester.max_block_duration", defaults.MaxBlockDuration),
            MaxBlockBytes = tree.Bytes("ingester.max_block_bytes", defaults.MaxBlockBytes),
            CompleteBlockTimeout = tree.Duration("ingester.complete_block_timeout", defaults.CompleteBlockTimeout),
            ConcurrentFlushes = Math.Clamp(tree.Number("ingester.concurrent_flushes", defaults.ConcurrentFlushes), 1, 16),
            FlushAllOnShutdown = tree.Boolean("ingester.flush_all_on_shutdown", defaults.FlushAllOnShutdown),
        };
    }

    private static TimeSpan Positive(ConfigurationTree tree, string path, TimeSpan fallback) =>
        tree.Duration(path, fallback) is var value && value > TimeSpan.Zero
            ? value
            : throw ConfigurationException.BadValue(path, tree.Text(path), "a duration above zero");
}
