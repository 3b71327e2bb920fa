using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// Merges equal resources, and equal scopes within them, as rows have them: where there are several to compare their attributes are
/// sorted by key. Dropped counters do not count for equality: the
/// first one stays.
/// </summary>
internal sealed class TraceNormaliser(AttributeSplit resourceSplit)
{
    // Repeated keys need a total order, or equal lists would seem different.
    private static readonly Comparison<KeyValue> ByKey = (a, b) => string.CompareOrdinal(a.Key, b.Key) is not 0 and var order
        ? order
        : (a.Value?.ToByteArray() ?? []).AsSpan().SequenceCompareTo(b.Value?.ToByteArray() ?? []);

    public List<NormalResource> Normalise(TracesData trace)
    {
        var resources = new List<NormalResource>(trace.ResourceSpans.Count);
        var known = trace.ResourceSpans.Count > 1 ? new Dictionary<ByteString, NormalResource>() : null;
        foreach (var spans in trace.ResourceSpans)
        {
            var resource = Split(spans.Resource);
            if (known is not null)
            {
                resource.Attributes.Sort(ByKey);
                var key = Key(resource.Attributes, resource.Columns);
                if (!known.TryAdd(key, resource))
                {
                    resource = known[key];
                    Add(resource, spans.ScopeSpans);
                    continue;
                }
            }

            resources.Add(resource);
            Add(resource, spans.ScopeSpans);
        }

        return resources;
    }

    private static void Add(NormalResource resource, IReadOnlyList<ScopeSpans> scopes)
    {
        foreach (var spans in scopes)
        {
            var scope = new NormalScope(
                spans.Scope?.Name ?? "", spans.Scope?.Version ?? "", [.. spans.Scope?.Attributes ?? []], spans.Scope?.DroppedAttributesCount ?? 0);
            if (resource.Scopes.Count > 0)
            {
                scope.Attributes.Sort(ByKey);
                resource.Scopes[0].Attributes.Sort(ByKey);
            }

            var equal = resource.Scopes.Find(s => AreEqual(s, scope));
            if (equal is null)
            {
                resource.Scopes.Add(equal = scope);
            }

            equal.Spans.AddRange(spans.Spans);
        }
    }

    private static bool AreEqual(NormalScope a, NormalScope b) => a.Name == b.Name && a.Version == b.Version && a.Attributes.SequenceEqual(b.Attributes);

    private static ByteString Key(List<KeyValue> attributes, string?[] columns)
    {
        var key = new Resource { Attributes = { attributes } };
        foreach (var column in columns)
        {
            key.Attributes.Add(column is null ? new KeyValue() : new KeyValue { Value = new AnyValue { StringValue = column } });
        }

        return key.ToByteString();
    }

    private NormalResource Split(Resource? resource)
    {
        resourceSplit.Split(resource?.Attributes ?? []);
        return new NormalResource([.. resourceSplit.Texts], [.. resourceSplit.Rest], resource?.DroppedAttributesCount ?? 0);
    }
}
