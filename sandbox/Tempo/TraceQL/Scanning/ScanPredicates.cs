using TempoCos.Tempo.TraceQL.Expressions;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>Conditions as the library tests them.</summary>
internal static class ScanPredicates
{
    /// <summary>Null when the condition cannot rule out spans in the columns, such as where absence satisfies it.</summary>
    public static ScanPredicate? Of(Condition condition, ColumnLayout layout)
    {
        if (condition.Operator == FieldOperator.Exists)
        {
            return ScanPredicate.Exists;
        }

        if (TakesAbsence(condition, layout))
        {
            return null;
        }

        return condition.Attribute.Intrinsic switch
        {
            Intrinsic.None => Generic(condition),
            Intrinsic.SpanId or Intrinsic.SpanParentId or Intrinsic.LinkSpanId => Id(condition, 8),
            Intrinsic.TraceId or Intrinsic.LinkTraceId => Id(condition, 16),
            Intrinsic.Duration or Intrinsic.TraceDuration when Duration(condition) is { } duration => duration with { TakesBoundsAsSigned = true },
            _ when condition.Attribute.Type is StaticType.String or StaticType.Attribute => condition.Operand.Type == StaticType.String ? Generic(condition) : null,
            _ when condition.Operand.Type is StaticType.Int or StaticType.Duration or StaticType.Status or StaticType.Kind => Compare(condition.Operator, ScanValue.From(condition.Operand.Code)),
            _ => null,
        };
    }

    // Columns of their own have nulls, which comparisons read as empty or zero; and so have those of spans without events.
    private static bool TakesAbsence(Condition condition, ColumnLayout layout)
    {
        foreach (var level in FetchTargets.LevelsOf(condition.Attribute))
        {
            var nullable = condition.Attribute.Intrinsic == Intrinsic.None
                ? layout.Find(level, condition.Attribute.Name) == condition.Operand.Type
                : level is Level.Event or Level.Link
                    || condition.Attribute.Intrinsic is Intrinsic.SpanParentId or Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent;
            if (nullable && condition.Operator is not (FieldOperator.Matches or FieldOperator.NotMatches) && TakesEmpty(condition))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TakesEmpty(Condition condition) => condition.Operand.Type switch
    {
        StaticType.String => Operations.Holds(condition.Operator, string.CompareOrdinal("", condition.Operand.Text.TrimStart('0'))),
        StaticType.Int or StaticType.Duration => Operations.Holds(condition.Operator, 0L.CompareTo(condition.Operand.Integer)),
        _ => true,
    };

    private static ScanPredicate? Generic(Condition condition)
    {
        var operand = condition.Operand;
        switch (operand.Type)
        {
            case StaticType.String when condition.Operator.IsRegex():
                var pattern = new ValuePattern(operand.Text);
                return new(condition.Operator == FieldOperator.Matches ? ScanOperator.Matches : ScanOperator.NotMatches, default, pattern.IsMatch);
            case StaticType.String:
                return Compare(condition.Operator, ScanValue.From(operand.Text));
            case StaticType.Int:
                return Compare(condition.Operator, ScanValue.From(operand.Integer));
            case StaticType.Float:
                return Compare(condition.Operator, ScanValue.From(operand.Float));
            case StaticType.Boolean:
                return Compare(condition.Operator, ScanValue.From(operand.IsTrue));
            default:
                return null;
        }
    }

    private static ScanPredicate? Duration(Condition condition)
    {
        if (condition.Operand.Type != StaticType.Float)
        {
            return condition.Operand.Type is StaticType.Int or StaticType.Duration ? Compare(condition.Operator, ScanValue.From(condition.Operand.Code)) : null;
        }

        var wanted = condition.Operand.Float;
        return !(Math.Abs(wanted) < long.MaxValue) || condition.Operator is FieldOperator.Equal or FieldOperator.NotEqual ? null
            : condition.Operator is FieldOperator.Greater or FieldOperator.GreaterEqual ? Compare(FieldOperator.GreaterEqual, ScanValue.From((long)Math.Floor(wanted)))
            : Compare(FieldOperator.LessEqual, ScanValue.From((long)Math.Ceiling(wanted)));
    }

    // Ids are found by their bytes when they are written whole; anything else is left to the evaluation.
    private static ScanPredicate? Id(Condition condition, int length)
    {
        var text = condition.Operand.Type == StaticType.String ? condition.Operand.Text : "";
        text = length == 16 ? text.TrimStart('0').PadLeft(32, '0') : text;
        return condition.Operator == FieldOperator.Equal && text.Length == length * 2 && text.All(char.IsAsciiHexDigit) && text.Any(digit => digit != '0')
            ? Compare(FieldOperator.Equal, ScanValue.From(Convert.FromHexString(text)))
            : null;
    }

    private static ScanPredicate? Compare(FieldOperator found, ScanValue operand) => found switch
    {
        FieldOperator.Equal => new(ScanOperator.Equal, operand),
        FieldOperator.NotEqual => new(ScanOperator.NotEqual, operand),
        FieldOperator.Less => new(ScanOperator.Less, operand),
        FieldOperator.LessEqual => new(ScanOperator.LessOrEqual, operand),
        FieldOperator.Greater => new(ScanOperator.Greater, operand),
        FieldOperator.GreaterEqual => new(ScanOperator.GreaterOrEqual, operand),
        _ => null,
    };
}
