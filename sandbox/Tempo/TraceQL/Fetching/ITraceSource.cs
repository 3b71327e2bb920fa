using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>A trace, or the part of it that one block or ingester has.</summary>
public interface ITraceSource
{
    TraceId16 Id { get; }

    /// <summary>"" without a root.</summary>
    string RootServiceName { get; }

    /// <summary>"" without a root.</summary>
    string RootSpanName { get; }

    ulong Start { get; }

    ulong End { get; }

    ulong Duration { get; }

    IReadOnlyCollection<ServiceSpans> Services { get; }

    /// <summary>The spans that may matter, in the order in which they are stored.</summary>
    IReadOnlyList<ISpanSource> Spans { get; }
}
