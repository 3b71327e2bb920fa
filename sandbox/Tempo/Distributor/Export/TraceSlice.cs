using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Distributor.Export;

/// <summary>The spans of one trace within a message: the first and last of the chain, and their times in nanoseconds.</summary>
internal struct TraceSlice
{
    public TraceId16 Id;
    public int First;
    public int Last;
    public int Spans;
    public ulong Start;
    public ulong End;
}
