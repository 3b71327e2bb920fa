using TempoCos.Otlp;

namespace TempoCos.TempoBlocks;

/// <summary>What a block says of a trace's root span: its name and its resource's service.name, both "" when there is no root.</summary>
public sealed record TraceRoot(string ServiceName, string SpanName)
{
    /// <summary>A trace without a root span.</summary>
    public static TraceRoot None { get; } = new("", "");

    /// <summary>
    /// The root as Tempo 2.10 chooses it: the last span without a parent id that does not name its parent by a link of the same trace with
    /// the attribute opentracing.ref_type = child_of.
    /// </summary>
    public static TraceRoot Of(TraceId16 id, TracesData trace)
    {
        (Resource? Resource, Span? Span) root = default;
        foreach (var resource in trace.ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    if (span.ParentSpanId.IsEmpty && (span.Links.Count == 0 || !span.Links.Any(l => IsParent(l, id))))
                    {
                        root = (resource.Resource, span);
                    }
                }
            }
        }

        return root.Span is { } found ? new TraceRoot(ServiceOf(root.Resource), found.Name) : None;
    }

    private static string ServiceOf(Resource? resource)
    {
        foreach (var attribute in resource?.Attributes ?? [])
        {
            if (attribute.Key == Rows.StaticColumns.ServiceName)
            {
                return attribute.Value?.StringValue ?? "";
            }
        }

        return "";
    }

    private static bool IsParent(Span.Types.Link link, TraceId16 id) =>
        link.TraceId.Length <= 16 && TraceId16.FromBytes(link.TraceId.Span) == id
        && link.Attributes.Any(a => a is { Key: "opentracing.ref_type", Value.StringValue: "child_of" });
}
