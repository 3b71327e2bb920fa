using TempoCos.Tempo.TraceQL.Expressions;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>Which values of a column are fetched.</summary>
public sealed class ValueTest
{
    private readonly Func<Static, bool>? _test;

    private ValueTest(StaticType type, bool nulls, Func<Static, bool>? test) => (Type, TakesNull, _test) = (type, nulls, test);

    /// <summary>Everything, absence included.</summary>
    public static ValueTest All { get; } = new(StaticType.Attribute, true, null);

    /// <summary>Everything that is there.</summary>
    public static ValueTest Present { get; } = new(StaticType.Attribute, false, null);

    /// <summary>The type of generic values that it looks at; <see cref="StaticType.Attribute"/> for any.</summary>
    public StaticType Type { get; }

    /// <summary>Whether it takes what is absent; comparisons read that as empty, zero or false, as Tempo's do.</summary>
    public bool TakesNull { get; }

    public bool Takes(Static value) => _test is null || _test(value);

    /// <summary>The test of a condition on a column of this type.</summary>
    /// <exception cref="TraceQLException">The column cannot be compared so.</exception>
    public static ValueTest Of(Condition condition, StaticType column) => condition.Operator switch
    {
        FieldOperator.None => All,
        FieldOperator.Exists => Present,
        _ => column switch
        {
            StaticType.String => Text(condition),
            StaticType.Duration when condition.Operand.Type == StaticType.Float => FromFloat(condition),
            StaticType.Int or StaticType.Duration or StaticType.Status or StaticType.Kind => Whole(condition),
            StaticType.Float => Floating(condition),
            _ => Flag(condition),
        },
    };

    /// <summary>The test of a condition on ids, which are compared as bytes.</summary>
    /// <exception cref="TraceQLException">Ids cannot be compared so.</exception>
    public static ValueTest OfId(Condition condition, int length)
    {
        if (condition.Operator is FieldOperator.None or FieldOperator.Exists)
        {
            return Of(condition, StaticType.String);
        }

        if (condition.Operand.Type != StaticType.String)
        {
            throw new TraceQLException($"operand is not string: {condition.Operand.Display}");
        }

        var text = condition.Operand.Text.TrimStart('0');
        if (text.Length > length * 2 || !text.All(char.IsAsciiHexDigit))
        {
            return All;
        }

        if (condition.Operator is not (FieldOperator.Equal or FieldOperator.NotEqual))
        {
            throw new TraceQLException($"operator not supported for IDs: {condition.Operator.Symbol()}");
        }

        // Trace ids are filled up with zeros; span ids are not, so that one that begins with a byte of zero is never found.
        var equal = condition.Operator == FieldOperator.Equal;
        var wanted = (length == 16 || text.Length % 2 == 0 ? text : "0" + text).ToLowerInvariant();
        return new(StaticType.String, wanted.Length == 0 == equal, value =>
            (length == 16 || wanted.Length == 0 ? value.Text.AsSpan().TrimStart('0') : value.Text).SequenceEqual(wanted) == equal);
    }

    private static ValueTest Text(Condition condition)
    {
        if (condition.Operand.Type != StaticType.String)
        {
            throw new TraceQLException($"operand is not string: {condition.Operand.Display}");
        }

        var (found, wanted) = (condition.Operator, condition.Operand.Text);
        if (found.IsRegex())
        {
            var pattern = new ValuePattern(wanted);
            return new(StaticType.String, false, value => pattern.IsMatch(value.Text) == (found == FieldOperator.Matches));
        }

        return new(StaticType.String, Operations.Holds(found, string.CompareOrdinal("", wanted)), value => Operations.Holds(found, string.CompareOrdinal(value.Text, wanted)));
    }

    private static ValueTest Whole(Condition condition)
    {
        if (condition.Operand.Type is not (StaticType.Int or StaticType.Duration or StaticType.Status or StaticType.Kind))
        {
            throw new TraceQLException($"operand is not int, duration, status or kind: {condition.Operand.Display}");
        }

        return Whole(condition.Operator, condition.Operand.Code);
    }

    private static ValueTest Whole(FieldOperator found, long wanted) =>
        new(StaticType.Int, Operations.Holds(found, 0L.CompareTo(wanted)), value => Operations.Holds(found, value.Code.CompareTo(wanted)));

    // A column of whole numbers with a fraction: the bound moves to the next whole one.
    private static ValueTest FromFloat(Condition condition)
    {
        var (found, wanted) = (condition.Operator, condition.Operand.Float);
        if (double.IsNaN(wanted))
        {
            return All;
        }

        if (wanted is >= long.MinValue and < long.MaxValue && Math.Floor(wanted) == wanted)
        {
            return Whole(found, (long)wanted);
        }

        return found switch
        {
            FieldOperator.Equal or FieldOperator.NotEqual => All,
            FieldOperator.Greater or FieldOperator.GreaterEqual => Math.Abs(wanted) >= long.MaxValue ? All : Whole(FieldOperator.GreaterEqual, (long)Math.Ceiling(wanted)),
            _ => Math.Abs(wanted) >= long.MaxValue ? All : Whole(FieldOperator.LessEqual, (long)Math.Floor(wanted)),
        };
    }

    private static ValueTest Floating(Condition condition)
    {
        var (found, wanted) = (condition.Operator, condition.Operand.Float);
        return new(StaticType.Float, false, value => found switch
        {
            FieldOperator.Equal => value.Float == wanted,
            FieldOperator.NotEqual => value.Float != wanted,
            FieldOperator.Less => value.Float < wanted,
            FieldOperator.LessEqual => value.Float <= wanted,
            FieldOperator.Greater => value.Float > wanted,
            _ => value.Float >= wanted,
        });
    }

    private static ValueTest Flag(Condition condition)
    {
        if (condition.Operator is not (FieldOperator.Equal or FieldOperator.NotEqual))
        {
            throw new TraceQLException($"operator not supported for booleans: {condition.Operator.Symbol()}");
        }

        var wanted = condition.Operand.IsTrue == (condition.Operator == FieldOperator.Equal);
        return new(StaticType.Boolean, !wanted, value => value.IsTrue == wanted);
    }
}
