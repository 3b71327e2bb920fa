using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks;

/// <summary>Combines parts of one trace.</summary>
public static class TraceMerge
{
    /// <summary>
    /// One trace of all parts: spans of equal id and kind are kept once (the first), equal resources and equal scopes (by name, version and
    /// attributes in any order) become one, and spans are ordered by start, then id. The parts are not changed; the result shares
    /// their spans.
    /// </summary>
    public static TracesData Combine(IEnumerable<TracesData> parts)
    {
        var seen = new HashSet<(ByteString Id, Span.Types.SpanKind Kind)>();
        var resources = new Dictionary<ByteString, ResourceSpans>();
        var scopes = new Dictionary<(ByteString Resource, ByteString Scope), ScopeSpans>();
        foreach (var spans in parts.SelectMany(p => p.ResourceSpans))
        {
            var resourceKey = Key(spans.Resource);
            foreach (var scopeSpans in spans.ScopeSpans)
            {
                var fresh = scopeSpans.Spans.Where(s => seen.Add((s.SpanId, s.Kind))).ToList();
                if (fresh.Count == 0)
                {
                    continue;
                }

                if (!resources.TryGetValue(resourceKey, out var resource))
                {
                    resources[resourceKey] = resource = new ResourceSpans { Resource = spans.Resource, SchemaUrl = spans.SchemaUrl };
                }

                var scopeKey = (resourceKey, Key(scopeSpans.Scope));
                if (!scopes.TryGetValue(scopeKey, out var scope))
                {
                    scopes[scopeKey] = scope = new ScopeSpans { Scope = scopeSpans.Scope, SchemaUrl = scopeSpans.SchemaUrl };
                    resource.ScopeSpans.Add(scope);
                }

                scope.Spans.AddRange(fresh);
            }
        }

        return Sort(resources.Values);
    }

    private static TracesData Sort(IEnumerable<ResourceSpans> resources)
    {
        var sorted = new TracesData();
        foreach (var resource in resources)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                Replace(scope.Spans, [.. scope.Spans.OrderBy(s => s, ByStart)]);
            }

            Replace(resource.ScopeSpans, [.. resource.ScopeSpans.OrderBy(s => s.Spans[0], ByStart)]);
        }

        sorted.ResourceSpans.AddRange(resources.OrderBy(r => r.ScopeSpans[0].Spans[0], ByStart));
        return sorted;
    }

    private static readonly Comparer<Span> ByStart = Comparer<Span>.Create((a, b) => a.StartTimeUnixNano != b.StartTimeUnixNano
        ? a.StartTimeUnixNano.CompareTo(b.StartTimeUnixNano)
        : a.SpanId.Span.SequenceCompareTo(b.SpanId.Span));

    private static void Replace<T>(Google.Protobuf.Collections.RepeatedField<T> field, List<T> items)
    {
        field.Clear();
        field.AddRange(items);
    }

    private static ByteString Key(Resource? resource) =>
        new Resource { Attributes = { (resource?.Attributes ?? []).OrderBy(a => a.Key, StringComparer.Ordinal) } }.ToByteString();

    private static ByteString Key(InstrumentationScope? scope) => new InstrumentationScope
    {
        Name = scope?.Name ?? "",
        Version = scope?.Version ?? "",
        Attributes = { (scope?.Attributes ?? []).OrderBy(a => a.Key, StringComparer.Ordinal) },
    }.ToByteString();
}
