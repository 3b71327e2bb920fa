namespace TempoCos.Benchmarks.Results;

/// <summary>A later run whose benchmarks took the place of those in an earlier report.</summary>
internal sealed record Addition(DateTimeOffset Date, TimeSpan Took, Machine Machine, string OursVersion, string Command, IReadOnlyList<string> Benchmarks);
