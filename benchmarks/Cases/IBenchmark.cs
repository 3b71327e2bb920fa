namespace TempoCos.Benchmarks.Cases;

/// <summary>One thing to measure.</summary>
internal interface IBenchmark
{
    string Name { get; }

    string Summary { get; }

    Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken);
}
