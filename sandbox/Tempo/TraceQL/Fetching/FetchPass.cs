using TempoCos.Tempo.TraceQL.Stages;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>One reading of spans under conditions: adds to a span what the conditions let through, and says whether the query concerns it at all.</summary>
public sealed class FetchPass
{
    private readonly LevelFetch[] _levels;
    private readonly bool _all;
    private readonly bool _needsFind;
    private readonly TreeNumbers _tree;
    private readonly FetchTarget? _events;
    private readonly FetchTarget? _links;
    private readonly StoredValues[] _stored;
    private readonly bool[] _isRead;
    private readonly List<FetchedValue> _values = [];
    private readonly Func<FetchTarget, StoredValues> _read;
    private ISpanSource? _span;

    /// <exception cref="TraceQLException">A column cannot be compared as a condition wants.</exception>
    public FetchPass(IReadOnlyList<Condition> conditions, bool allConditions, TreeNumbers tree, ColumnLayout layout, FetchTargets targets)
    {
        _levels = [.. Enum.GetValues<Level>().Select(level => new LevelFetch(level, targets, layout))];
        var mingled = false;
        foreach (var condition in conditions)
        {
            mingled |= condition.Attribute.IsUnscoped;
            foreach (var level in FetchTargets.LevelsOf(condition.Attribute))
            {
                _levels[(int)level].Add(condition);
            }
        }

        // A relation reads its numbers whole, for conditions on them too.
        foreach (var column in At(Level.Span).Columns)
        {
            if ((column.Attribute.Intrinsic == Intrinsic.NestedSetLeft && tree.HasFlag(TreeNumbers.Left))
                || (column.Attribute.Intrinsic == Intrinsic.NestedSetRight && tree.HasFlag(TreeNumbers.Right))
                || (column.Attribute.Intrinsic == Intrinsic.NestedSetParent && tree.HasFlag(TreeNumbers.Parent)))
            {
                column.With(ValueTest.All);
            }
        }

        _all = allConditions && !mingled;
        _tree = tree;
        _needsFind = (conditions.Count > 0 || tree != TreeNumbers.None) && At(Level.Trace).IsEmpty;
        _events = At(Level.Event).IsEmpty ? null : targets.Intrinsic(Level.Event, Intrinsic.EventName);
        _links = At(Level.Link).IsEmpty ? null : targets.Intrinsic(Level.Link, Intrinsic.LinkSpanId);
        _stored = [.. targets.All.Select(_ => new StoredValues())];
        _isRead = new bool[_stored.Length];
        _read = Read;
    }

    /// <summary>Spans must meet every condition.</summary>
    public bool AllConditions => _all;

    /// <summary>Fetches; false when the query does not concern the span. Not for several threads.</summary>
    public bool Apply(FetchedSpan span)
    {
        _span = span.Source;
        Array.Clear(_isRead);
        span.Left = _tree.HasFlag(TreeNumbers.Left) ? _span.Left : span.Left;
        span.Right = _tree.HasFlag(TreeNumbers.Right) ? _span.Right : span.Right;
        span.ParentLeft = _tree.HasFlag(TreeNumbers.Parent) ? _span.ParentLeft : span.ParentLeft;

        if (!FetchEach(Level.Event, _events, span) || !FetchEach(Level.Link, _links, span) || !FetchSpan(span)
            || !Fetch(Level.Instrumentation, span, counted: true) || !Fetch(Level.Resource, span, counted: true))
        {
            return false;
        }

        // What the trace has is found later, and does not count.
        return (!_needsFind || span.Found > 0) && Fetch(Level.Trace, span, counted: false);
    }

    private LevelFetch At(Level level) => _levels[(int)level];

    private StoredValues Read(FetchTarget target)
    {
        var stored = _stored[target.Index];
        if (!_isRead[target.Index])
        {
            _isRead[target.Index] = true;
            stored.Clear();
            _span!.Read(target, stored);
        }

        return stored;
    }

    private bool Fetch(Level level, FetchedSpan span, bool counted)
    {
        var fetch = At(level);
        if (fetch.IsEmpty)
        {
            return true;
        }

        _values.Clear();
        var given = fetch.Fetch(_span!, _read, 0, _all, _values, out var parts);
        if (_all && (given < parts || (counted && _values.Count < fetch.Distinct)))
        {
            return false;
        }

        foreach (var value in _values)
        {
            span.Add(level, value.Attribute, value.Value);
        }

        return true;
    }

    private bool FetchSpan(FetchedSpan span)
    {
        var fetch = At(Level.Span);
        if (fetch.IsEmpty)
        {
            return true;
        }

        _values.Clear();
        var given = fetch.Fetch(_span!, _read, 0, _all, _values, out var parts);
        if (_all && given < parts)
        {
            return false;
        }

        foreach (var value in _values)
        {
            switch (value.Attribute.Intrinsic)
            {
                case Intrinsic.SpanStart:
                    span.HasStart = true;
                    continue;
                case Intrinsic.NestedSetLeft:
                    span.Left = (int)value.Value.Integer;
                    break;
                case Intrinsic.NestedSetRight:
                    span.Right = (int)value.Value.Integer;
                    break;
                case Intrinsic.NestedSetParent:
                    span.ParentLeft = (int)value.Value.Integer;
                    break;
            }

            span.Add(Level.Span, value.Attribute, value.Value);
        }

        return !_all || span.Found >= fetch.Distinct;
    }

    // A span without events has one empty row where its events would be.
    private bool FetchEach(Level level, FetchTarget? each, FetchedSpan span)
    {
        if (each is null)
        {
            return true;
        }

        var fetch = At(level);
        var count = Read(each).Count;
        var kept = false;
        for (var owner = 0; owner < Math.Max(1, count); owner++)
        {
            _values.Clear();
            var given = fetch.Fetch(_span!, _read, owner, _all, _values, out var parts);
            if (_all && (given < parts || _values.Count < fetch.Distinct))
            {
                continue;
            }

            kept = true;
            foreach (var value in _values)
            {
                span.Add(level, value.Attribute, value.Value);
            }
        }

        return kept;
    }
}
