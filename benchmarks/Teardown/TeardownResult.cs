namespace TempoCos.Benchmarks.Teardown;

/// <param name="Seconds">From the first list to the last answer.</param>
internal sealed record TeardownResult(double Seconds, double CpuSeconds, double PeakRssMegabytes, long Objects);
