namespace TempoCos.Benchmarks.Library;

/// <summary>What a worker process says on its last line.</summary>
internal sealed record WorkerResult(double Seconds, double CpuSeconds, double PeakRssMegabytes, long Spans, long Bytes, IReadOnlyList<double> Milliseconds);
