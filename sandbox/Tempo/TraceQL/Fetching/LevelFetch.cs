using System.Buffers;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>Everything that is fetched at one level, for one span, event, link, scope or resource at a time.</summary>
internal sealed class LevelFetch(Level level, FetchTargets targets, ColumnLayout layout)
{
    private readonly List<ColumnFetch> _columns = [];
    private readonly List<(FetchTarget Target, Attribute Attribute)> _absent = [];
    private readonly HashSet<string> _names = [];
    private readonly GenericFetch _generic = new(level);
    private readonly HashSet<FetchTarget> _begun = [];
    private FetchTarget? _anyKey;

    public bool IsEmpty => _names.Count == 0;

    public IReadOnlyList<ColumnFetch> Columns => _columns;

    public GenericFetch Generic => _generic;

    public bool WantsAbsence => _absent.Count > 0 || _columns.Exists(column => column.WantsNull);

    /// <summary>How many different attributes its conditions name.</summary>
    public int Distinct => _names.Count;

    /// <summary>A condition on an attribute of this level.</summary>
    public void Add(Condition condition)
    {
        _names.Add(condition.Attribute.Name);
        if (condition.Attribute.Intrinsic != Intrinsic.None)
        {
            AddIntrinsic(condition);
            return;
        }

        var key = condition.Attribute.Name;
        var attribute = new Attribute(ScopeOf(level), key);
        var target = targets.Attribute(level, key);
        if (layout.Find(level, key) is { } type)
        {
            if (condition.Operator == FieldOperator.NotExists)
            {
                _columns.Add(new(target, attribute, type) { WantsNull = true });
                return;
            }

            if (condition.Operator is FieldOperator.None or FieldOperator.Exists || condition.Operand.Type == type)
            {
                Column(target, attribute, type).With(ValueTest.Of(condition, type));
                return;
            }
        }

        if (condition.Operator == FieldOperator.NotExists)
        {
            _absent.Add((target, attribute));
            _anyKey ??= targets.Attribute(level, "");
            return;
        }

        _generic.Add(target, attribute, condition);
    }

    /// <summary>Fetches for one owner. Returns how many of its parts gave something, of <paramref name="parts"/>.</summary>
    public int Fetch(ISpanSource span, Func<FetchTarget, StoredValues> read, int owner, bool strict, ICollection<FetchedValue> into, out int parts)
    {
        var given = 0;
        parts = _columns.Count + _absent.Count;
        if (!_generic.IsEmpty)
        {
            parts++;
            given += FetchGeneric(read, owner, strict, into) ? 1 : 0;
        }

        foreach (var (target, attribute) in _absent)
        {
            given += FetchAbsent(read, target, attribute, owner, strict, into) ? 1 : 0;
        }

        foreach (var column in _columns)
        {
            given += FetchColumn(column, read(column.Target), owner, into) ? 1 : 0;
        }

        return given;
    }

    private void AddIntrinsic(Condition condition)
    {
        var intrinsic = condition.Attribute.Intrinsic;
        var target = targets.Intrinsic(level, intrinsic);
        var type = condition.Attribute.Type == StaticType.Attribute ? StaticType.String : condition.Attribute.Type;
        var test = intrinsic switch
        {
            Intrinsic.SpanId or Intrinsic.SpanParentId or Intrinsic.LinkSpanId => ValueTest.OfId(condition, 8),
            Intrinsic.TraceId or Intrinsic.LinkTraceId => ValueTest.OfId(condition, 16),
            Intrinsic.EventTimeSinceStart => ValueTest.Of(condition, StaticType.Int),
            Intrinsic.SpanStart => ValueTest.All,
            _ => ValueTest.Of(condition, type),
        };

        // Columns of spans are read once for all conditions, those of the other levels once for each.
        if (level == Level.Span)
        {
            Column(target, condition.Attribute, type).With(test);
        }
        else
        {
            _columns.Add(new ColumnFetch(target, condition.Attribute, type) { Default = level is Level.Event or Level.Link ? Empty(intrinsic) : Static.Nil }.With(test));
        }
    }

    private ColumnFetch Column(FetchTarget target, Attribute attribute, StaticType type)
    {
        if (_columns.Find(column => column.Target == target && !column.WantsNull) is { } known && (level == Level.Span || known.Tests.Any(test => test == ValueTest.All)))
        {
            return known;
        }

        var added = new ColumnFetch(target, attribute, type);
        _columns.Add(added);
        return added;
    }

    // Where there is no event or link at all, its columns are null, which reads as nothing or zero.
    private static Static Empty(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.EventTimeSinceStart => Static.OfDuration(0),
        Intrinsic.LinkSpanId => Static.Of("0000000000000000"),
        _ => Static.Of(""),
    };

    private bool FetchGeneric(Func<FetchTarget, StoredValues> read, int owner, bool strict, ICollection<FetchedValue> into)
    {
        var given = false;
        foreach (var (target, attribute) in _generic.Keys)
        {
            var stored = read(target);
            var skip = layout.Find(level, target.Name) is { } type ? ColumnOf(stored, type, owner) : -1;
            for (var i = 0; i < stored.Count; i++)
            {
                if (i == skip || stored.Owner(i) != owner)
                {
                    continue;
                }

                var value = Wanted(stored.Values(i));
                if (!value.IsNil || !strict || !_generic.NeedsValue)
                {
                    into.Add(new(attribute, value));
                    given = true;
                }
            }
        }

        return given;
    }

    private Static Wanted(ReadOnlySpan<Static> values)
    {
        if (values.Length <= 1)
        {
            return values.Length == 1 && _generic.Takes(values[0]) ? values[0] : Static.Nil;
        }

        var wanted = ArrayPool<Static>.Shared.Rent(values.Length);
        var count = 0;
        foreach (var value in values)
        {
            if (_generic.Takes(value))
            {
                wanted[count++] = value;
            }
        }

        var result = Static.OfAll(wanted.AsSpan(0, count));
        ArrayPool<Static>.Shared.Return(wanted, clearArray: true);
        return result;
    }

    // Where it is but one condition among alternatives, the search for the absence of a key begins where the key is first found, and shows it.
    private bool FetchAbsent(Func<FetchTarget, StoredValues> read, FetchTarget target, Attribute attribute, int owner, bool strict, ICollection<FetchedValue> into)
    {
        var present = Has(read(target), owner);
        if (!strict && present)
        {
            _begun.Add(target);
            into.Add(new(attribute, Static.Of(target.Name)));
            return true;
        }

        if (present || !(strict || _begun.Contains(target)) || !Has(read(_anyKey!), owner))
        {
            return false;
        }

        into.Add(new(attribute, Static.Of("nil")));
        return true;
    }

    private static bool Has(StoredValues stored, int owner)
    {
        for (var i = 0; i < stored.Count; i++)
        {
            if (stored.Owner(i) == owner)
            {
                return true;
            }
        }

        return false;
    }

    private static bool FetchColumn(ColumnFetch column, StoredValues stored, int owner, ICollection<FetchedValue> into)
    {
        var index = ColumnOf(stored, column.Attribute.Intrinsic == Intrinsic.None ? column.Type : StaticType.Attribute, owner);
        Static? value = index >= 0 ? stored.Values(index)[0] : null;
        if (!column.Takes(value))
        {
            return false;
        }

        into.Add(new(column.Attribute, value ?? (column.Default.IsNil ? Static.Of("nil") : column.Default)));
        return true;
    }

    // A column holds one value of its type; what is of another type, or an array, is in the list.
    private static int ColumnOf(StoredValues stored, StaticType type, int owner)
    {
        for (var i = 0; i < stored.Count; i++)
        {
            if (stored.Owner(i) == owner && stored.Values(i) is { Length: 1 } values && (type == StaticType.Attribute || values[0].Type == type))
            {
                return i;
            }
        }

        return -1;
    }

    private static AttributeScope ScopeOf(Level level) => level switch
    {
        Level.Resource => AttributeScope.Resource,
        Level.Event => AttributeScope.Event,
        Level.Link => AttributeScope.Link,
        Level.Instrumentation => AttributeScope.Instrumentation,
        _ => AttributeScope.Span,
    };
}
