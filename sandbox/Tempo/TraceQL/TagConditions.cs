using System.Globalization;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.TraceQL;

/// <summary>The older search by tags: substrings of string values, each tag on whichever span has it.</summary>
public sealed class TagConditions(SearchRequest request)
{
    private static readonly string[] Statuses = ["unset", "ok", "error"];

    public bool Match(TraceView trace)
    {
        // A trace that ends before it starts is short, not as long as a wrapped number says.
        var duration = unchecked((long)trace.Duration);
        return (request.MinDurationNanos == 0 || duration >= (long)request.MinDurationNanos)
            && (request.MaxDurationNanos == 0 || duration <= (long)request.MaxDurationNanos)
            && request.Tags.All(tag => Match(trace, tag.Key, tag.Value));
    }

    private static bool Match(TraceView trace, string key, string value) => key switch
    {
        "name" => trace.Spans.Any(span => Contains(span.Span.Name, value)),
        "root.name" => Contains(trace.Root?.Span.Name ?? "", value),
        "root.service.name" => Contains(trace.Root?.ServiceName ?? "", value),
        "status.code" => Array.IndexOf(Statuses, value) is >= 0 and var code && trace.Spans.Any(span => (int)(span.Span.Status?.Code ?? 0) == code),
        _ => trace.Spans.Any(span => Match(span.Span.Attributes, key, value) || Match(span.Resource?.Attributes, key, value)),
    };

    private static bool Match(RepeatedField<KeyValue>? attributes, string key, string value) =>
        (attributes ?? []).Any(attribute => attribute.Key == key && attribute.Value?.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => Contains(attribute.Value.StringValue, value),
            AnyValue.ValueOneofCase.ArrayValue => attribute.Value.ArrayValue.Values.Any(element => element.ValueCase == AnyValue.ValueOneofCase.StringValue && Contains(element.StringValue, value)),
            // The one number with a column of its own.
            AnyValue.ValueOneofCase.IntValue => key == "http.status_code" && attribute.Value.IntValue.ToString(CultureInfo.InvariantCulture) == value,
            _ => false,
        });

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
