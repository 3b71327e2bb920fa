namespace TempoCos.Tempo.Configuration;

/// <summary><c>compactor:</c></summary>
public sealed record CompactorSettings
{
    public TimeSpan BlockRetention { get; init; } = TimeSpan.FromHours(336);
    public TimeSpan CompactedBlockRetention { get; init; } = TimeSpan.FromHours(1);
    public TimeSpan CompactionWindow { get; init; } = TimeSpan.FromHours(1);
    public TimeSpan CompactionCycle { get; init; } = TimeSpan.FromSeconds(30);
    public long MaxBlockBytes { get; init; } = 100L * 1024 * 1024 * 1024;
    public long MaxCompactionObjects { get; init; } = 6_000_000;
    public TimeSpan MaxTimePerTenant { get; init; } = TimeSpan.FromMinutes(5);
    public bool CompactionDisabled { get; init; }

    public static CompactorSettings From(ConfigurationTree tree)
    {
        var defaults = new CompactorSettings();
        const string compaction = "compactor.compaction.";
        return new()
        {
            BlockRetention = tree.Duration(compaction + "block_retention", defaults.BlockRetention),
            CompactedBlockRetention = tree.Duration(compaction + "compacted_block_retention", defaults.CompactedBlockRetention),
            CompactionWindow = tree.Duration(compaction + "compaction_window", defaults.CompactionWindow),
            CompactionCycle = tree.Duration(compaction + "compaction_cycle", defaults.CompactionCycle),
            MaxBlockBytes = tree.Bytes(compaction + "max_block_bytes", defaults.MaxBlockBytes),
            MaxCompactionObjects = tree.Bytes(compaction + "max_compaction_objects", defaults.MaxCompactionObjects),
            MaxTimePerTenant = tree.Duration(compaction + "max_time_per_tenant", defaults.MaxTimePerTenant),
            CompactionDisabled = tree.Boolean("compactor.disabled", defaults.CompactionDisabled),
        };
    }
}
