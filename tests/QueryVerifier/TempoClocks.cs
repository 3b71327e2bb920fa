namespace TempoCos.QueryVerifier.Tests;

/// <summary>How fast a Tempo flushes, compacts and forgets, in Go's durations.</summary>
internal sealed record TempoClocks
{
    /// <summary>Flushes only when asked, and neither compacts nor forgets while a test runs.</summary>
    public static TempoClocks Default { get; } = new();

    /// <summary>Compacts what it can, at once.</summary>
    public static TempoClocks Fast { get; } = new() { CompactionCycle = "1s", CompactedBlockRetention = "1s" };

    /// <summary>Forgets what it has, at once.</summary>
    public static TempoClocks Forgetful { get; } = Fast with { BlockRetention = "1s" };

    public string MaxBlockDuration { get; init; } = "24h";

    public string CompactionCycle { get; init; } = "1h";

    public string BlockRetention { get; init; } = "48h";

    public string CompactedBlockRetention { get; init; } = "1h";
}
