using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// The numbers by which Tempo answers structural queries: a span's descendants have numbers between its own
/// <see cref="Left"/> and <see cref="Right"/>. All 0 when the trace has no root span or a span id occurs more than twice.
/// </summary>
internal sealed class NestedSet
{
    private readonly IReadOnlyList<Span> _spans;

    public NestedSet(IReadOnlyList<Span> spans)
    {
        _spans = spans;
        Left = new int[spans.Count];
        Right = new int[spans.Count];
        Parent = new int[spans.Count];
        if (Index() is { } byId)
        {
            Number(byId);
        }
    }

    public int[] Left { get; }

    public int[] Right { get; }

    /// <summary>The parent's <see cref="Left"/>, -1 for roots, 0 for spans that no root leads to.</summary>
    public int[] Parent { get; }

    // Span ids with their one or two spans (-1: none).
    private Dictionary<ByteString, (int First, int Second)>? Index()
    {
        var byId = new Dictionary<ByteString, (int First, int Second)>(_spans.Count);
        var hasRoot = false;
        for (var i = 0; i < _spans.Count; i++)
        {
            hasRoot |= _spans[i].ParentSpanId.IsEmpty;
            if (byId.TryAdd(_spans[i].SpanId, (i, -1)))
            {
                continue;
            }

            var (first, second) = byId[_spans[i].SpanId];
            if (second >= 0)
            {
                return null;
            }

            byId[_spans[i].SpanId] = (first, i);
        }

        return hasRoot ? byId : null;
    }

    private void Number(Dictionary<ByteString, (int First, int Second)> byId)
    {
        var (firstChild, lastChild, nextSibling) = (Filled(), Filled(), Filled());
        for (var i = 0; i < _spans.Count; i++)
        {
            var parent = ParentOf(i, byId);
            if (parent < 0)
            {
                continue;
            }

            if (lastChild[parent] < 0)
            {
                firstChild[parent] = i;
            }
            else
            {
                nextSibling[lastChild[parent]] = i;
            }

            lastChild[parent] = i;
        }

        var next = 1;
        var path = new Stack<int>();
        for (var root = 0; root < _spans.Count; root++)
        {
            if (!_spans[root].ParentSpanId.IsEmpty)
            {
                continue;
            }

            Enter(root, -1);
            while (path.TryPeek(out var node))
            {
                if (firstChild[node] is >= 0 and var child)
                {
                    firstChild[node] = nextSibling[child];
                    Enter(child, Left[node]);
                }
                else
                {
                    Right[node] = next++;
                    path.Pop();
                }
            }
        }

        void Enter(int node, int parent)
        {
            Left[node] = next++;
            Parent[node] = parent;
            path.Push(node);
        }
    }

    private int ParentOf(int span, Dictionary<ByteString, (int First, int Second)> byId)
    {
        var child = _spans[span];
        if (child.ParentSpanId.IsEmpty || !byId.TryGetValue(child.ParentSpanId, out var candidates))
        {
            return -1;
        }

        if (candidates.Second < 0)
        {
            return candidates.First;
        }

        // Client and server share an id in Zipkin's model: the server is below the client, everything else below the server.
        var wanted = child.Kind == Span.Types.SpanKind.Server ? Span.Types.SpanKind.Client : Span.Types.SpanKind.Server;
        return _spans[candidates.First].Kind == wanted ? candidates.First
            : _spans[candidates.Second].Kind == wanted ? candidates.Second : -1;
    }

    private int[] Filled()
    {
        var array = new int[_spans.Count];
        Array.Fill(array, -1);
        return array;
    }
}
