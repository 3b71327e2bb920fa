namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>
/// Attributes in the list of keys and values of one level. The tests of all conditions lie on the same columns, so that what one condition
/// wants of its key is let through for the other keys too.
/// </summary>
internal sealed class GenericFetch(Level level)
{
    private static readonly StaticType[] Types = [StaticType.String, StaticType.Int, StaticType.Float, StaticType.Boolean];
    private readonly List<(FetchTarget Target, Attribute Attribute)> _keys = [];
    private readonly List<ValueTest>?[] _tests = new List<ValueTest>?[Types.Length];

    public Level Level => level;

    public IReadOnlyList<(FetchTarget Target, Attribute Attribute)> Keys => _keys;

    /// <summary>Whether a key without a wanted value is no result at all.</summary>
    public bool NeedsValue => _tests.Count(tests => tests is not null) == 1;

    public void Add(FetchTarget target, Attribute attribute, Condition condition)
    {
        if (!_keys.Exists(key => key.Target == target))
        {
            _keys.Add((target, attribute));
        }

        for (var i = 0; i < Types.Length; i++)
        {
            if (condition.Operator is FieldOperator.None or FieldOperator.Exists || condition.Operand.Type == Types[i])
            {
                (_tests[i] ??= []).Add(ValueTest.Of(condition, Types[i]));
            }
        }
    }

    public bool IsEmpty => Array.TrueForAll(_tests, tests => tests is null);

    public bool Takes(Static value)
    {
        var type = value.Type switch { StaticType.String => 0, StaticType.Int => 1, StaticType.Float => 2, StaticType.Boolean => 3, _ => -1 };
        if (type < 0 || _tests[type] is not { } tests)
        {
            return false;
        }

        foreach (var test in tests)
        {
            if (test.Takes(value))
            {
                return true;
            }
        }

        return false;
    }
}
