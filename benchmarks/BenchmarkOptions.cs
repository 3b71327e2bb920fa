using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks;

/// <summary>What to measure and how long.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>Names of benchmarks, or <c>search/</c> and a part of a query's name; empty for all.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    public required TempoProgram Ours { get; init; }

    /// <summary>The other side of every ratio; null when none is at hand.</summary>
    public required TempoProgram? Peer { get; init; }

    public required int Rounds { get; init; }
    public required int Senders { get; init; }

    /// <summary>How long the load of one ingest round lasts.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Load before an ingest round that does not count: both programs reach their pace.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Spans of a block.</summary>
    public required int Spans { get; init; }

    /// <summary>Requests of a side per round where latency is measured.</summary>
    public required int Requests { get; init; }

    /// <summary>Objects of a bucket that is emptied.</summary>
    public required int Objects { get; init; }

    /// <summary>Which program's block both sides read.</summary>
    public required BlockChoice Blocks { get; init; }

    /// <summary>Keeps the blocks between runs; null for a temporary directory.</summary>
    public required string? Data { get; init; }

    public int Traces => Spans / Load.Workload.SpansPerTrace;
}
