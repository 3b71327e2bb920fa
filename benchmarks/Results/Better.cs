namespace TempoCos.Benchmarks.Results;

/// <summary>Which direction of a metric is the good one.</summary>
internal enum Better
{
    Higher,
    Lower,
}
