using System.Buffers.Binary;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// The numbers by which Tempo answers structural queries: a span's descendants have numbers between its own
/// <see cref="Left"/> and <see cref="Right"/>. All 0 when the trace has no root span or a span id occurs more than twice. Reused for one trace
/// after the other.
/// </summary>
internal sealed class NestedSet
{
    private const int LargestKept = 1 << 16;
    private readonly Stack<int> _path = new();
    private Dictionary<ulong, (int First, int Second)> _byId = [];
    private int[] _left = [];
    private int[] _right = [];
    private int[] _parent = [];
    private int[] _firstChild = [];
    private int[] _lastChild = [];
    private int[] _nextSibling = [];
    private int _count;

    public ReadOnlySpan<int> Left => _left.AsSpan(0, _count);

    public ReadOnlySpan<int> Right => _right.AsSpan(0, _count);

    /// <summary>The parent's <see cref="Left"/>, -1 for roots, 0 for spans that no root leads to.</summary>
    public ReadOnlySpan<int> Parent => _parent.AsSpan(0, _count);

    /// <summary>Numbers a trace's spans.</summary>
    public void Assign(List<Span> spans)
    {
        _count = spans.Count;
        if (_left.Length < _count)
        {
            var length = Math.Max(_count, 2 * _left.Length);
            (_left, _right, _parent) = (new int[length], new int[length], new int[length]);
            (_firstChild, _lastChild, _nextSibling) = (new int[length], new int[length], new int[length]);
        }

        foreach (var numbers in (ReadOnlySpan<int[]>)[_left, _right, _parent])
        {
            Array.Clear(numbers, 0, _count);
        }

        foreach (var links in (ReadOnlySpan<int[]>)[_firstChild, _lastChild, _nextSibling])
        {
            Array.Fill(links, -1, 0, _count);
        }

        if (Index(spans))
        {
            Connect(spans);
            Number(spans);
        }

        if (_count > LargestKept)
        {
            _byId = [];
        }
    }

    /// <summary>A span id as a number: the first eight bytes, short ones as if zeros followed.</summary>
    public static ulong Number(ReadOnlySpan<byte> id)
    {
        if (id.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(id);
        }

        Span<byte> padded = stackalloc byte[8];
        padded.Clear();
        id.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64LittleEndian(padded);
    }

    // Span ids with their one or two spans (-1: none).
    private bool Index(List<Span> spans)
    {
        _byId.Clear();
        var hasRoot = false;
        for (var i = 0; i < spans.Count; i++)
        {
            hasRoot |= spans[i].ParentSpanId.IsEmpty;
            var id = Number(spans[i].SpanId.Span);
            if (_byId.TryAdd(id, (i, -1)))
            {
                continue;
            }

            var (first, second) = _byId[id];
            if (second >= 0)
            {
                return false;
            }

            _byId[id] = (first, i);
        }

        return hasRoot;
    }

    private void Connect(List<Span> spans)
    {
        for (var i = 0; i < spans.Count; i++)
        {
            var parent = ParentOf(spans, i);
            if (parent < 0)
            {
                continue;
            }

            if (_lastChild[parent] < 0)
            {
                _firstChild[parent] = i;
            }
            else
            {
                _nextSibling[_lastChild[parent]] = i;
            }

            _lastChild[parent] = i;
        }
    }

    private void Number(List<Span> spans)
    {
        var next = 1;
        for (var root = 0; root < spans.Count; root++)
        {
            if (!spans[root].ParentSpanId.IsEmpty)
            {
                continue;
            }

            Enter(root, -1, ref next);
            while (_path.TryPeek(out var node))
            {
                if (_firstChild[node] is >= 0 and var child)
                {
                    _firstChild[node] = _nextSibling[child];
                    Enter(child, _left[node], ref next);
                }
                else
                {
                    _right[node] = next++;
                    _path.Pop();
                }
            }
        }
    }

    private void Enter(int node, int parent, ref int next)
    {
        _left[node] = next++;
        _parent[node] = parent;
        _path.Push(node);
    }

    private int ParentOf(List<Span> spans, int span)
    {
        var child = spans[span];
        if (child.ParentSpanId.IsEmpty || !_byId.TryGetValue(Number(child.ParentSpanId.Span), out var candidates))
        {
            return -1;
        }

        if (candidates.Second < 0)
        {
            return candidates.First;
        }

        // Client and server share an id in Zipkin's model: the server is below the client, everything else below the server.
        var wanted = child.Kind == Span.Types.SpanKind.Server ? Span.Types.SpanKind.Client : Span.Types.SpanKind.Server;
        return spans[candidates.First].Kind == wanted ? candidates.First
            : spans[candidates.Second].Kind == wanted ? candidates.Second : -1;
    }
}
