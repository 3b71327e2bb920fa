namespace TempoCos.StorageCost.Projection;

/// <summary>How many blocks a workload makes, keeps and gives up in a month of 30 days, in a steady state: what comes in leaves by retention.</summary>
internal sealed class BlockFlow
{
    private const double SecondsPerHour = 3600;
    private const double LargestBlock = 500 << 20;

    public BlockFlow(TempoWorkload load)
    {
        Live = load.Blocks ?? Math.Ceiling(load.Tenants * load.Retention / load.CompactionWindow);
        BytesPerMonth = load.SpansPerSecond is { } spans ? spans * load.BytesPerSpan * Month.TotalSeconds : (double)(load.StoredBytes ?? 0) * (Month / load.Retention);
        Stored = load.StoredBytes ?? (decimal)(BytesPerMonth * (load.Retention / Month));
        // In a steady state nothing leaves where nothing comes in.
        Expired = BytesPerMonth > 0 ? Live * (Month / load.Retention) : 0;
        var cuts = load.Ingesters * load.Tenants * (Month / load.BlockDuration);
        // A block is cut when its time or its size is over, and what is kept was once cut.
        Flushed = BytesPerMonth > 0 ? Math.Max(Math.Max(cuts, Expired), BytesPerMonth * load.ReplicationFactor / LargestBlock) : 0;
        FlushedBytes = Flushed > 0 ? BytesPerMonth * load.ReplicationFactor / Flushed : 0;
        var given = Flushed > 0 ? Math.Max(0, Flushed - Expired) : 0;
        Compactions = given / (load.CompactionInputs - 1);
        Compacted = Compactions * load.CompactionInputs;
        // Every generation combines so many blocks into one, and moves everything once more.
        Generations = Flushed > Expired && Expired > 0 ? Math.Log(Flushed / Expired, load.CompactionInputs) : 0;
        RecentlyCompacted = (Compacted + Expired) * (load.CompactedRetention / Month);
        CompactedPerHour = Compacted / (Month.TotalSeconds / SecondsPerHour);
    }

    public static TimeSpan Month { get; } = TimeSpan.FromDays(30);

    /// <summary>Live blocks at any time.</summary>
    public double Live { get; }

    /// <summary>Bytes of live blocks.</summary>
    public decimal Stored { get; }

    /// <summary>Bytes of blocks that come in, without replicas.</summary>
    public double BytesPerMonth { get; }

    /// <summary>Blocks that ingesters write in a month.</summary>
    public double Flushed { get; }

    /// <summary>Bytes of one of them.</summary>
    public double FlushedBytes { get; }

    /// <summary>Compactions in a month.</summary>
    public double Compactions { get; }

    /// <summary>Their inputs.</summary>
    public double Compacted { get; }

    /// <summary>How often a byte is rewritten.</summary>
    public double Generations { get; }

    /// <summary>Blocks that reach the end of their retention in a month.</summary>
    public double Expired { get; }

    /// <summary>Blocks that are out of use and not yet deleted, at any time.</summary>
    public double RecentlyCompacted { get; }

    /// <summary>Blocks that compaction takes out of use in an hour.</summary>
    public double CompactedPerHour { get; }
}
