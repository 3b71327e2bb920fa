namespace TempoCos.TempoBlocks;

/// <summary>How many spans of a trace a service has, and how many of these have the status "error".</summary>
public sealed record ServiceSpans(string ServiceName, int SpanCount, int ErrorCount);
