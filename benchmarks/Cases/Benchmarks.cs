namespace TempoCos.Benchmarks.Cases;

/// <summary>All of them, in the order in which they run.</summary>
internal static class Benchmarks
{
    public static IReadOnlyList<IBenchmark> All { get; } =
        [
            new IngestBenchmark(), new RecentBenchmark(), new FlushBenchmark(), new TraceByIdBenchmark(), new SearchBenchmark(), new CompactionBenchmark(), new LibraryBenchmark(),
            new TeardownBenchmark(),
        ];

    /// <summary>The chosen ones; null when a name is not known.</summary>
    public static IReadOnlyList<IBenchmark>? Choose(IReadOnlyList<string> names) =>
        names.Count == 0 ? All
        : names.All(name => All.Any(benchmark => Covers(benchmark, name))) ? [.. All.Where(benchmark => names.Any(name => Covers(benchmark, name)))]
        : null;

    private static bool Covers(IBenchmark benchmark, string name) => name == benchmark.Name || name.StartsWith(benchmark.Name + "/", StringComparison.Ordinal);
}
