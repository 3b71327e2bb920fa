using TempoCos.Tempo.TraceQL.Expressions;
using TempoCos.Tempo.TraceQL.Fetching;

namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>A span with what was fetched of it so far.</summary>
public sealed class FetchedSpan(ISpanSource source) : IFieldSource
{
    private static readonly int Levels = Enum.GetValues<Level>().Length;
    private readonly List<FetchedValue>?[] _values = new List<FetchedValue>?[Levels];

    public ISpanSource Source => source;

    /// <summary>The numbers of the nested set, as far as they were fetched.</summary>
    public int Left { get; set; }

    public int Right { get; set; }

    public int ParentLeft { get; set; }

    /// <summary>How much was found, which is how Tempo tells the spans that a query concerns.</summary>
    public int Found
    {
        get
        {
            var found = Left > 0 || Right > 0 || ParentLeft != 0 ? 1 : 0;
            foreach (var values in _values)
            {
                if (values is not null)
                {
                    foreach (var value in values)
                    {
                        found += value.Value.IsNil ? 0 : 1;
                    }
                }
            }

            return found + (HasStart ? 1 : 0);
        }
    }

    public bool HasStart { get; set; }

    public IReadOnlyList<FetchedValue> Of(Level level) => _values[(int)level] ?? (IReadOnlyList<FetchedValue>)[];

    public void Add(Level level, Attribute attribute, Static value) => (_values[(int)level] ??= []).Add(new(attribute, value));

    public Static Value(Attribute attribute)
    {
        switch (attribute.Scope)
        {
            case AttributeScope.Resource:
                return Find(Level.Resource, attribute, out var ofResource) ? ofResource : default;
            case AttributeScope.Span:
                return Find(Level.Span, attribute, out var ofSpan) ? ofSpan : default;
            case AttributeScope.Event:
                return Find(Level.Event, attribute, out var ofEvent) ? ofEvent : default;
            case AttributeScope.Link:
                return Find(Level.Link, attribute, out var ofLink) ? ofLink : default;
            case AttributeScope.Instrumentation:
                return Find(Level.Instrumentation, attribute, out var ofScope) ? ofScope : default;
        }

        switch (attribute.Intrinsic)
        {
            case Intrinsic.NestedSetLeft:
                return Static.Of((long)Left);
            case Intrinsic.NestedSetRight:
                return Static.Of((long)Right);
            case Intrinsic.NestedSetParent:
                return Static.Of((long)ParentLeft);
            case Intrinsic.None:
                break;
            default:
                if (Find(Level.Span, attribute, out var value) || Find(Level.Trace, attribute, out value) || Find(Level.Event, attribute, out value)
                    || Find(Level.Link, attribute, out value) || Find(Level.Instrumentation, attribute, out value))
                {
                    return value;
                }

                break;
        }

        return Named(Level.Span, attribute.Name, out var named) || Named(Level.Resource, attribute.Name, out named) || Named(Level.Event, attribute.Name, out named)
            || Named(Level.Link, attribute.Name, out named) || Named(Level.Instrumentation, attribute.Name, out named) ? named : default;
    }

    private bool Find(Level level, Attribute attribute, out Static value)
    {
        if (_values[(int)level] is { } values)
        {
            foreach (var fetched in values)
            {
                if (fetched.Attribute.Intrinsic == attribute.Intrinsic && fetched.Attribute.Scope == attribute.Scope && fetched.Attribute.Name == attribute.Name)
                {
                    value = fetched.Value;
                    return true;
                }
            }
        }

        value = default;
        return false;
    }

    private bool Named(Level level, string name, out Static value)
    {
        if (_values[(int)level] is { } values)
        {
            foreach (var fetched in values)
            {
                if (fetched.Attribute.Name == name)
                {
                    value = fetched.Value;
                    return true;
                }
            }
        }

        value = default;
        return false;
    }
}
