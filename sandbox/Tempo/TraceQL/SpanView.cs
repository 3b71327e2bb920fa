using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.Tempo.TraceQL;

/// <summary>A span with its surroundings, as a query sees it.</summary>
public sealed class SpanView(TraceView trace, Span span, Resource? resource, InstrumentationScope? scope)
{
    public TraceView Trace => trace;

    public Span Span => span;

    public Resource? Resource => resource;

    public InstrumentationScope? Scope => scope;

    public int Left { get; set; }

    public int Right { get; set; }

    /// <summary>The parent's left number; -1 for a root, 0 when the span hangs on no root.</summary>
    public int ParentLeft { get; set; }

    public string ServiceName { get; } = FindService(resource?.Attributes);

    // Ends before starts wrap around, as in Tempo's unsigned columns.
    public ulong Duration => unchecked(span.EndTimeUnixNano - span.StartTimeUnixNano);

    public bool IsError => span.Status?.Code == Status.Types.StatusCode.Error;

    private static string FindService(RepeatedField<KeyValue>? attributes)
    {
        foreach (var attribute in attributes ?? [])
        {
            if (attribute.Key == "service.name" && attribute.Value?.ValueCase == AnyValue.ValueOneofCase.StringValue)
            {
                return attribute.Value.StringValue;
            }
        }

        return "";
    }
}
