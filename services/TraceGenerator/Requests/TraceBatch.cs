using TempoCos.Otlp;

namespace TempoCos.TraceGenerator.Requests;

/// <summary>Whole traces that travel in one request.</summary>
internal sealed record TraceBatch(ExportTraceServiceRequest Request, int Traces, long Spans);
