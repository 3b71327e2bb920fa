namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>A column of its own with the tests of all conditions on it, any of which lets a value through.</summary>
internal sealed class ColumnFetch(FetchTarget target, Attribute attribute, StaticType type)
{
    private readonly List<ValueTest> _tests = [];

    public FetchTarget Target => target;

    /// <summary>Under which its values are kept.</summary>
    public Attribute Attribute => attribute;

    public StaticType Type => type;

    /// <summary>What stands for an absent value; nil where a null stays one.</summary>
    public Static Default { get; init; }

    /// <summary>Only absence is wanted.</summary>
    public bool WantsNull { get; init; }

    public IReadOnlyList<ValueTest> Tests => _tests;

    public ColumnFetch With(ValueTest test)
    {
        _tests.Add(test);
        return this;
    }

    public bool Takes(Static? value)
    {
        if (WantsNull)
        {
            return value is null;
        }

        foreach (var test in _tests)
        {
            if (value is { } present ? test.Takes(present) : test.TakesNull)
            {
                return true;
            }
        }

        return false;
    }
}
