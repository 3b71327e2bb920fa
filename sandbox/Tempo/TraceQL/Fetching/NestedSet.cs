using Google.Protobuf;
using Kind = TempoCos.Otlp.Span.Types.SpanKind;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>
/// Nested set numbers: a span's descendants have numbers between its own two. As in Tempo, a trace without a root, or with an id on more
/// than two spans, has none, and neither have spans that hang on no root.
/// </summary>
internal static class NestedSet
{
    public static void Number(IReadOnlyList<ReceivedSpan> spans)
    {
        var byId = spans.GroupBy(span => span.Span.SpanId).ToDictionary(group => group.Key, group => group.ToList());
        var roots = spans.Where(span => span.Span.ParentSpanId.IsEmpty).ToList();
        if (roots.Count == 0 || byId.Values.Any(group => group.Count > 2))
        {
            return;
        }

        var children = new Dictionary<ReceivedSpan, List<ReceivedSpan>>();
        foreach (var span in spans.Where(span => !span.Span.ParentSpanId.IsEmpty))
        {
            if (Parent(span, byId) is { } parent)
            {
                if (!children.TryGetValue(parent, out var list))
                {
                    children.Add(parent, list = []);
                }

                list.Add(span);
            }
        }

        var counter = 0;
        foreach (var root in roots)
        {
            Walk(root, children, ref counter);
        }
    }

    // Without recursion: a trace may be as deep as it is long.
    private static void Walk(ReceivedSpan root, Dictionary<ReceivedSpan, List<ReceivedSpan>> children, ref int counter)
    {
        var path = new Stack<(ReceivedSpan Span, int NextChild)>();
        root.ParentLeft = -1;
        root.Left = ++counter;
        path.Push((root, 0));
        while (path.Count > 0)
        {
            var (span, next) = path.Pop();
            if (children.TryGetValue(span, out var below) && next < below.Count)
            {
                path.Push((span, next + 1));
                var child = below[next];
                if (child.Left == 0)
                {
                    child.ParentLeft = span.Left;
                    child.Left = ++counter;
                    path.Push((child, 0));
                }
            }
            else
            {
                span.Right = ++counter;
            }
        }
    }

    // Zipkin's client and server may share an id: a server is the child of the client, everything else of the server.
    private static ReceivedSpan? Parent(ReceivedSpan span, Dictionary<ByteString, List<ReceivedSpan>> byId)
    {
        if (!byId.TryGetValue(span.Span.ParentSpanId, out var candidates))
        {
            return null;
        }

        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        var wanted = span.Span.Kind == Kind.Server ? Kind.Client : Kind.Server;
        return candidates.FirstOrDefault(candidate => candidate.Span.Kind == wanted) ?? candidates.FirstOrDefault(candidate => candidate.Span.Kind == Kind.Client);
    }
}
