namespace TempoCos.Benchmarks;

/// <summary>From /flush to blocks: until the last meta.json stands, and until a query of the blocks alone finds a trace.</summary>
internal sealed record FlushResult(TimeSpan Written, TimeSpan Found, long Bytes, int Blocks, double CpuSeconds, double PeakRssMegabytes);
