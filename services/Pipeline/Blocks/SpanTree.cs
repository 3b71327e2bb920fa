using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.Pipeline.Blocks;

/// <summary>Orders a trace's spans by parents, whatever ids they claim: every span stands in the tree exactly once.</summary>
internal static class SpanTree
{
    /// <summary>The roots by start time; below them their children by start time.</summary>
    public static IReadOnlyList<SpanNode> Build(TracesData trace)
    {
        var nodes = trace.ResourceSpans
            .SelectMany(r => r.ScopeSpans.SelectMany(s => s.Spans), (r, span) => new SpanNode(span, ServiceOf(r)))
            .OrderBy(n => n.Span.StartTimeUnixNano)
            .ToList();
        var byId = nodes.Where(n => n.Span.SpanId.Length > 0).ToLookup(n => n.Span.SpanId);
        var roots = new List<SpanNode>();
        foreach (var node in nodes)
        {
            if (node.Span.ParentSpanId.Length == 0)
            {
                roots.Add(node);
            }
            else if (ParentOf(node, byId) is { } parent)
            {
                parent.Children.Add(node);
            }
            else
            {
                node.Note = $"its parent {Convert.ToHexStringLower(node.Span.ParentSpanId.Span)} is not in the blocks";
                roots.Add(node);
            }
        }

        return BreakCycles(nodes, roots);
    }

    private static string ServiceOf(ResourceSpans resource) =>
        resource.Resource?.Attributes.LastOrDefault(a => a is { Key: "service.name", Value.HasStringValue: true })?.Value.StringValue ?? "";

    // A client and a server may share an id (Zipkin): what they called hangs below the server.
    private static SpanNode? ParentOf(SpanNode node, ILookup<ByteString, SpanNode> byId) => byId[node.Span.ParentSpanId]
        .Where(candidate => candidate != node)
        .OrderBy(candidate => candidate.Span.Kind == Span.Types.SpanKind.Server ? 0 : 1)
        .FirstOrDefault();

    // Spans that no root leads to are their own ancestors: the earliest of them becomes a root.
    private static List<SpanNode> BreakCycles(List<SpanNode> nodes, List<SpanNode> roots)
    {
        var reached = new HashSet<SpanNode>();
        Reach(roots, reached);
        foreach (var node in nodes.Where(n => !reached.Contains(n)))
        {
            if (!reached.Contains(node))
            {
                node.Note = "it is its own ancestor";
                nodes.ForEach(n => n.Children.Remove(node));
                roots.Add(node);
                Reach([node], reached);
            }
        }

        return roots;
    }

    private static void Reach(IEnumerable<SpanNode> from, HashSet<SpanNode> reached)
    {
        var open = new Stack<SpanNode>(from);
        while (open.TryPop(out var node))
        {
            if (reached.Add(node))
            {
                foreach (var child in node.Children)
                {
                    open.Push(child);
                }
            }
        }
    }
}
