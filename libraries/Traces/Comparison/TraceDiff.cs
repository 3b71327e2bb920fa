using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.Traces.Comparison;

/// <summary>
/// Compares traces span by span. Blind only to what Tempo rearranges without loss: the order of spans, how spans are grouped under equal resources
/// and scopes, and the order of attributes. Events, links and array elements keep their order.
/// </summary>
public static class TraceDiff
{
    /// <summary>The differences, none when the traces say the same.</summary>
    /// <param name="expected">What was sent.</param>
    /// <param name="got">What came back.</param>
    /// <param name="limit">Stops after so many.</param>
    public static IReadOnlyList<TraceDifference> Compare(TracesData expected, TracesData got, int limit = 20)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(got);
        var differences = new List<TraceDifference>();
        var left = Spans(got);
        foreach (var (key, spans) in Spans(expected))
        {
            var others = left.GetValueOrDefault(key) ?? [];
            left.Remove(key);
            for (var i = 0; i < Math.Max(spans.Count, others.Count); i++)
            {
                if (i >= others.Count)
                {
                    differences.Add(new(TraceDifferenceKind.MissingSpan, key.Id, spans[i].Span.Name, spans[i].Span.Name, null));
                }
                else if (i >= spans.Count)
                {
                    differences.Add(Extra(key.Id, others[i]));
                }
                else
                {
                    new SpanComparison(key.Id, differences).Compare(spans[i], others[i]);
                }
            }
        }

        differences.AddRange(left.SelectMany(extra => extra.Value.Select(span => Extra(extra.Key.Id, span))));
        return differences.Count > limit ? differences[..limit] : differences;
    }

    private static TraceDifference Extra(string id, PlacedSpan span) => new(TraceDifferenceKind.ExtraSpan, id, span.Span.Name, null, span.Span.Name);

    // Client and server span of one call may share an id (Zipkin), so the kind is part of the key, as it is for Tempo.
    private static Dictionary<(string Id, Span.Types.SpanKind Kind), List<PlacedSpan>> Spans(TracesData trace)
    {
        var spans = new Dictionary<(string, Span.Types.SpanKind), List<PlacedSpan>>();
        foreach (var resource in trace.ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    var key = (Convert.ToHexStringLower(span.SpanId.Span), span.Kind);
                    if (!spans.TryGetValue(key, out var same))
                    {
                        spans.Add(key, same = []);
                    }

                    same.Add(new PlacedSpan(resource, scope, span));
                }
            }
        }

        return spans;
    }
}
