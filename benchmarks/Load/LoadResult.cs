namespace TempoCos.Benchmarks.Load;

/// <summary>What the senders saw.</summary>
internal sealed record LoadResult(long Spans, long Failures, string? FirstFailure, TimeSpan Elapsed, IReadOnlyList<double> Milliseconds)
{
    public double SpansPerSecond => Spans / Elapsed.TotalSeconds;

    public LoadResult Checked() => Failures == 0 ? this : throw new InvalidAnswerException($"{Failures} export requests failed; the first one: {FirstFailure}");
}
