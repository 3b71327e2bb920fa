using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>A trace of a block, of which only what a query reads is at hand.</summary>
public sealed class ScannedTraceSource : ITraceSource
{
    private readonly ScannedSpanSource[] _spans;

    public ScannedTraceSource(ScannedTrace trace, IReadOnlyList<int> slots)
    {
        Trace = trace;
        _spans = new ScannedSpanSource[trace.Spans.Count];
        for (var i = 0; i < _spans.Length; i++)
        {
            _spans[i] = new(this, trace.Spans[i], slots);
        }
    }

    public ScannedTrace Trace { get; }

    public TraceId16 Id => Trace.Id;

    public string RootServiceName => Trace.RootServiceName;

    public string RootSpanName => Trace.RootSpanName;

    public ulong Start => Trace.StartNano;

    public ulong End => Trace.EndNano;

    public ulong Duration => Trace.DurationNano;

    public IReadOnlyCollection<ServiceSpans> Services => Trace.Services;

    public IReadOnlyList<ISpanSource> Spans => _spans;
}
