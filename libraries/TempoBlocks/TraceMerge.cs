using TempoCos.Otlp;
using TempoCos.TempoBlocks.Writing;

namespace TempoCos.TempoBlocks;

/// <summary>Combines parts of one trace as Tempo does.</summary>
public static class TraceMerge
{
    private static readonly Comparer<Span> ByStart = Comparer<Span>.Create((a, b) => a.StartTimeUnixNano != b.StartTimeUnixNano
        ? a.StartTimeUnixNano.CompareTo(b.StartTimeUnixNano)
        : a.SpanId.Span.SequenceCompareTo(b.SpanId.Span));

    /// <summary>
    /// One trace of all parts. A single part is returned as it is. Of several, the first is taken whole, the others without the spans whose
    /// id and kind an earlier part has; what is left of a resource stays a resource of its own, and everything is ordered by start, then span id:
    /// spans within their scope, scopes and resources by their first span. Blocks merge equal resources when they are written.
    /// The parts are not changed; the result shares their spans.
    /// </summary>
    public static TracesData Combine(IEnumerable<TracesData> parts)
    {
        var all = parts as IReadOnlyList<TracesData> ?? [.. parts];
        return all.Count switch
        {
            0 => new TracesData(),
            1 => all[0],
            _ => CombineSeveral(all, out _),
        };
    }

    /// <summary>As <see cref="Combine(IEnumerable{TracesData})"/>; <paramref name="repeated"/> counts the spans that were left out.</summary>
    internal static TracesData CombineSeveral(IReadOnlyList<TracesData> parts, out int repeated)
    {
        repeated = 0;
        var seen = new HashSet<(ulong Id, Span.Types.SpanKind Kind)>();
        var combined = new TracesData();
        for (var i = 0; i < parts.Count; i++)
        {
            foreach (var spans in parts[i].ResourceSpans)
            {
                var resource = new ResourceSpans { Resource = spans.Resource, SchemaUrl = spans.SchemaUrl };
                foreach (var scopeSpans in spans.ScopeSpans)
                {
                    var scope = new ScopeSpans { Scope = scopeSpans.Scope, SchemaUrl = scopeSpans.SchemaUrl };
                    foreach (var span in scopeSpans.Spans)
                    {
                        // What a first or a last part repeats within itself stays.
                        var key = (NestedSet.Number(span.SpanId.Span), span.Kind);
                        var known = i == parts.Count - 1 ? seen.Contains(key) : !seen.Add(key);
                        if (i == 0 || !known)
                        {
                            scope.Spans.Add(span);
                        }
                        else
                        {
                            repeated++;
                        }
                    }

                    if (scope.Spans.Count > 0)
                    {
                        resource.ScopeSpans.Add(scope);
                    }
                }

                if (resource.ScopeSpans.Count > 0)
                {
                    combined.ResourceSpans.Add(resource);
                }
            }
        }

        Sort(combined);
        return combined;
    }

    private static void Sort(TracesData trace)
    {
        foreach (var resource in trace.ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                Sort(scope.Spans, s => s);
            }

            Sort(resource.ScopeSpans, s => s.Spans[0]);
        }

        Sort(trace.ResourceSpans, r => r.ScopeSpans[0].Spans[0]);
    }

    private static void Sort<T>(Google.Protobuf.Collections.RepeatedField<T> field, Func<T, Span> first)
    {
        if (field.Count > 1)
        {
            List<T> sorted = [.. field.OrderBy(first, ByStart)];
            field.Clear();
            field.AddRange(sorted);
        }
    }
}
