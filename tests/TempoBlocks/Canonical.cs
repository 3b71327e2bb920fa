using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>A trace as sorted lines, one per span with its resource and scope, of what blocks keep: no flags, no schema URLs.</summary>
internal static class Canonical
{
    // A key has one value where it has a column of its own: that of resources is another one than that of spans.
    private static readonly HashSet<string> SingleOfResource =
    [
        "service.name", "cluster", "namespace", "pod", "container", "k8s.cluster.name", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name",
    ];

    private static readonly HashSet<string> SingleOfSpan = ["http.method", "http.url", "http.status_code", .. DedicatedColumn.Defaults.Select(c => c.Name)];

    public static IReadOnlyList<string> Lines(TracesData trace) =>
    [
        .. trace.ResourceSpans.SelectMany(r => r.ScopeSpans.SelectMany(s => s.Spans.Select(span => Line(r, s, span)))).Order(StringComparer.Ordinal),
    ];

    private static string Line(ResourceSpans resource, ScopeSpans scope, Span span)
    {
        var kept = span.Clone();
        kept.Flags = 0;
        kept.Status ??= new Status();
        Replace(kept.Attributes, SingleOfSpan);
        foreach (var item in kept.Events)
        {
            Replace(item.Attributes, []);
        }

        foreach (var link in kept.Links)
        {
            link.Flags = 0;
            Replace(link.Attributes, []);
        }

        var owner = resource.Resource?.Clone() ?? new Resource();
        Replace(owner.Attributes, SingleOfResource);
        foreach (var empty in owner.Attributes.Where(a => a is { Key: "service.name", Value.HasStringValue: true, Value.StringValue: "" }).ToList())
        {
            owner.Attributes.Remove(empty);
        }

        var instrumentation = scope.Scope?.Clone() ?? new InstrumentationScope();
        Replace(instrumentation.Attributes, []);
        return $"{span.SpanId.ToBase64()} {kept} {owner} {instrumentation}";
    }

    // By key; of repeated static keys of the column's type only the last stays.
    private static void Replace(Google.Protobuf.Collections.RepeatedField<KeyValue> attributes, HashSet<string> single)
    {
        var kept = new List<KeyValue>();
        foreach (var attribute in attributes)
        {
            attribute.Value ??= new AnyValue();
            if (single.Contains(attribute.Key) && (attribute.Key == "http.status_code" ? attribute.Value.HasIntValue : attribute.Value.HasStringValue))
            {
                kept.RemoveAll(a => a.Key == attribute.Key && a.Value.ValueCase == attribute.Value.ValueCase);
            }

            kept.Add(attribute);
        }

        attributes.Clear();
        attributes.AddRange(kept.OrderBy(a => a.Key, StringComparer.Ordinal).ThenBy(a => a.Value.ToString(), StringComparer.Ordinal));
    }
}
