namespace TempoCos.TempoBlocks.Scanning;

/// <summary>A row with candidates. Times are Unix nanoseconds; the root's names are "" without a root.</summary>
public sealed record ScannedTrace(
    TraceId16 Id,
    ulong StartNano,
    ulong EndNano,
    ulong DurationNano,
    string RootServiceName,
    string RootSpanName,
    IReadOnlyList<ServiceSpans> Services,
    IReadOnlyList<ScannedSpan> Spans);
