using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.Traces.Comparison;

/// <summary>Compares two spans of one id field by field.</summary>
internal sealed class SpanComparison(string spanId, List<TraceDifference> differences)
{
    public void Compare(PlacedSpan expected, PlacedSpan got)
    {
        CompareSpan(expected.Span, got.Span);
        Field("scope.name", expected.Scope.Scope?.Name ?? "", got.Scope.Scope?.Name ?? "");
        Field("scope.version", expected.Scope.Scope?.Version ?? "", got.Scope.Scope?.Version ?? "");
        Number("scope.droppedAttributesCount", expected.Scope.Scope?.DroppedAttributesCount ?? 0, got.Scope.Scope?.DroppedAttributesCount ?? 0);
        Attributes("scope.attributes", expected.Scope.Scope?.Attributes ?? [], got.Scope.Scope?.Attributes ?? []);
        Field("scope.schemaUrl", expected.Scope.SchemaUrl, got.Scope.SchemaUrl);
        Number("resource.droppedAttributesCount", expected.Resource.Resource?.DroppedAttributesCount ?? 0, got.Resource.Resource?.DroppedAttributesCount ?? 0);
        Attributes("resource.attributes", expected.Resource.Resource?.Attributes ?? [], got.Resource.Resource?.Attributes ?? []);
        Field("resource.schemaUrl", expected.Resource.SchemaUrl, got.Resource.SchemaUrl);
    }

    private void CompareSpan(Span expected, Span got)
    {
        Field("traceId", Hex(expected.TraceId), Hex(got.TraceId));
        Field("parentSpanId", Hex(expected.ParentSpanId), Hex(got.ParentSpanId));
        Field("traceState", expected.TraceState, got.TraceState);
        Field("name", expected.Name, got.Name);
        Number("startTimeUnixNano", expected.StartTimeUnixNano, got.StartTimeUnixNano);
        Number("endTimeUnixNano", expected.EndTimeUnixNano, got.EndTimeUnixNano);
        Number("flags", expected.Flags, got.Flags);
        Field("status.code", (expected.Status?.Code ?? default).ToString(), (got.Status?.Code ?? default).ToString());
        Field("status.message", expected.Status?.Message ?? "", got.Status?.Message ?? "");
        Attributes("attributes", expected.Attributes, got.Attributes);
        Number("droppedAttributesCount", expected.DroppedAttributesCount, got.DroppedAttributesCount);
        Number("droppedEventsCount", expected.DroppedEventsCount, got.DroppedEventsCount);
        Number("droppedLinksCount", expected.DroppedLinksCount, got.DroppedLinksCount);
        Pairwise("events", expected.Events, got.Events, CompareEvent);
        Pairwise("links", expected.Links, got.Links, CompareLink);
    }

    private void CompareEvent(string path, Span.Types.Event expected, Span.Types.Event got)
    {
        Number($"{path}.timeUnixNano", expected.TimeUnixNano, got.TimeUnixNano);
        Field($"{path}.name", expected.Name, got.Name);
        Attributes($"{path}.attributes", expected.Attributes, got.Attributes);
        Number($"{path}.droppedAttributesCount", expected.DroppedAttributesCount, got.DroppedAttributesCount);
    }

    private void CompareLink(string path, Span.Types.Link expected, Span.Types.Link got)
    {
        Field($"{path}.traceId", Hex(expected.TraceId), Hex(got.TraceId));
        Field($"{path}.spanId", Hex(expected.SpanId), Hex(got.SpanId));
        Field($"{path}.traceState", expected.TraceState, got.TraceState);
        Number($"{path}.flags", expected.Flags, got.Flags);
        Attributes($"{path}.attributes", expected.Attributes, got.Attributes);
        Number($"{path}.droppedAttributesCount", expected.DroppedAttributesCount, got.DroppedAttributesCount);
    }

    private void Pairwise<T>(string path, RepeatedField<T> expected, RepeatedField<T> got, Action<string, T, T> compare)
    {
        for (var i = 0; i < Math.Max(expected.Count, got.Count); i++)
        {
            if (i >= got.Count || i >= expected.Count)
            {
                Change($"{path}[{i}]", i < expected.Count ? expected[i]?.ToString() : null, i < got.Count ? got[i]?.ToString() : null);
            }
            else
            {
                compare($"{path}[{i}]", expected[i], got[i]);
            }
        }
    }

    private void Attributes(string path, RepeatedField<KeyValue> expected, RepeatedField<KeyValue> got)
    {
        var left = got.ToLookup(pair => pair.Key, pair => pair.Value ?? new AnyValue());
        foreach (var (key, values) in expected.ToLookup(pair => pair.Key, pair => pair.Value ?? new AnyValue()).Select(group => (group.Key, group.ToList())))
        {
            var others = left[key].ToList();
            for (var i = 0; i < Math.Max(values.Count, others.Count); i++)
            {
                if (i >= values.Count || i >= others.Count || !values[i].Equals(others[i]))
                {
                    Change($"{path}[{key}]", i < values.Count ? values[i].ToString() : null, i < others.Count ? others[i].ToString() : null);
                }
            }
        }

        var known = expected.Select(pair => pair.Key).ToHashSet();
        foreach (var extra in got.Where(pair => !known.Contains(pair.Key)))
        {
            Change($"{path}[{extra.Key}]", null, (extra.Value ?? new AnyValue()).ToString());
        }
    }

    private void Number(string field, ulong expected, ulong got)
    {
        if (expected != got)
        {
            Change(field, $"{expected}", $"{got}");
        }
    }

    private void Field(string field, string expected, string got)
    {
        if (!string.Equals(expected, got, StringComparison.Ordinal))
        {
            Change(field, $"\"{expected}\"", $"\"{got}\"");
        }
    }

    private void Change(string field, string? expected, string? got) => differences.Add(new(TraceDifferenceKind.ChangedField, spanId, field, expected, got));

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
