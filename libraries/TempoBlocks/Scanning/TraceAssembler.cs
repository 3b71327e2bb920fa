using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Looks at single rows: which spans are candidates, and what is to be delivered of them.</summary>
internal sealed class TraceAssembler
{
    private readonly ScanRequest _request;
    private readonly GroupColumns _columns;
    private readonly IReadOnlyList<Slot> _slots;
    private readonly IReadOnlyList<Slot> _tested;
    private readonly bool _isEverySpan;
    private readonly TraceLeaves _leaves;
    private readonly SpanLayout _layout;
    private readonly List<int> _candidates = [];

    public TraceAssembler(ScanRequest request, GroupColumns columns, IReadOnlyList<Slot> slots, IReadOnlyList<Slot> tested, TraceLeaves leaves)
    {
        (_request, _columns, _slots, _tested, _leaves) = (request, columns, slots, tested, leaves);
        _isEverySpan = tested.Count == 0;
        _layout = new SpanLayout(leaves.SpanId);
    }

    /// <summary>The row's trace, or null when it has no candidates. Its pages have to be loaded.</summary>
    public ScannedTrace? Read(int row, ScanCost cost)
    {
        var holds = _request.AllMustMatch;
        foreach (var slot in _tested)
        {
            var hit = slot.ReadHolds(_columns, row);
            if (_request.AllMustMatch && !hit)
            {
                return null;
            }

            holds |= hit;
        }

        if (!holds && !_isEverySpan)
        {
            return null;
        }

        _layout.Read(_columns, row);
        cost.AddSpans(_layout.Spans);
        _candidates.Clear();
        for (var span = 0; span < _layout.Spans; span++)
        {
            if (IsCandidate(span))
            {
                _candidates.Add(span);
            }
        }

        return _candidates.Count == 0 ? null : Assemble(row);
    }

    private bool IsCandidate(int span)
    {
        if (_isEverySpan)
        {
            return true;
        }

        foreach (var slot in _tested)
        {
            if (slot.HoldsFor(_columns, _layout, span) != _request.AllMustMatch)
            {
                return !_request.AllMustMatch;
            }
        }

        return _request.AllMustMatch;
    }

    private ScannedTrace Assemble(int row)
    {
        var start = _columns[_leaves.SpanStart].Seek(row);
        var duration = _columns[_leaves.SpanDuration].Seek(row);
        var spans = new ScannedSpan[_candidates.Count];
        for (var i = 0; i < spans.Length; i++)
        {
            var span = _candidates[i];
            var slots = _slots.Count == 0 ? [] : new SlotValues[_slots.Count];
            for (var slot = 0; slot < slots.Length; slot++)
            {
                slots[slot] = _slots[slot].Values(_columns, _layout, span);
            }

            var ids = _layout.Entries;
            spans[i] = new ScannedSpan(slots)
            {
                Id = ids.Page.Values.Bytes(ids.Page.IndexOf(ids.Ordinal + span)).ToArray(),
                StartNano = unchecked((ulong)Integer(start, span)),
                DurationNano = unchecked((ulong)Integer(duration, span)),
                Index = span,
                Left = Nested(_leaves.Left, row, span),
                Right = Nested(_leaves.Right, row, span),
                ParentLeft = Nested(_leaves.Parent, row, span),
            };
        }

        return _leaves.Read(_columns, row, spans);
    }

    private int Nested(SchemaLeaf? leaf, int row, int span) => leaf is null ? 0 : checked((int)Integer(_columns[leaf].Seek(row), span));

    private static long Integer(RowEntries entries, int span) => entries.Ordinal + span < entries.Page.Count
        ? entries.Page.Values.Integer(entries.Page.IndexOf(entries.Ordinal + span))
        : throw new InvalidDataException("a column of spans ends before its neighbours");
}
