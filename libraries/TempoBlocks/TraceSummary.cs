namespace TempoCos.TempoBlocks;

/// <summary>
/// A row's trace-level columns. Times are Unix nanoseconds. The root's names are "" when the row has no root span.
/// <see cref="Services"/> has one entry per service name ("" for spans without one).
/// </summary>
public sealed record TraceSummary(
    TraceId16 Id,
    string RootServiceName,
    string RootSpanName,
    ulong StartTimeUnixNano,
    ulong EndTimeUnixNano,
    ulong DurationNano,
    IReadOnlyList<ServiceSpans> Services);
