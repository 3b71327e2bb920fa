using System.Text.RegularExpressions;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Evaluates expressions over one span. A missing attribute satisfies no comparison but <c>= nil</c>.</summary>
public static class FieldEvaluator
{
    public static bool Matches(FieldExpression? condition, SpanView span) => condition is null || IsTrue(condition, span);

    /// <summary>The expression's values on this span.</summary>
    public static List<Static> Values(FieldExpression expression, SpanView span) => expression switch
    {
        FieldExpression.Literal literal => [literal.Value],
        FieldExpression.Reference reference => AttributeReader.Read(reference.Attribute, span),
        FieldExpression.Unary { Operator: FieldOperator.Negate } unary => [.. Values(unary.Operand, span).Select(value => Apply(FieldOperator.Negate, value)).OfType<Static>()],
        FieldExpression.Binary binary when !binary.Operator.IsComparison() && !binary.Operator.IsLogical() => Arithmetic(binary, span),
        _ => [Static.Of(IsTrue(expression, span))],
    };

    /// <summary>Two values under an operator; null when it says nothing about their types.</summary>
    public static Static? Apply(FieldOperator found, Static left, Static right)
    {
        if (found.IsLogical())
        {
            return left.Type == StaticType.Bool && right.Type == StaticType.Bool
                ? Static.Of(found == FieldOperator.And ? (left.Integer & right.Integer) != 0 : (left.Integer | right.Integer) != 0)
                : null;
        }

        if (found.IsComparison())
        {
            return Compare(found, left, right) is { } result ? Static.Of(result) : null;
        }

        if (!left.IsNumber || !right.IsNumber)
        {
            return null;
        }

        var integers = left.Type != StaticType.Float && right.Type != StaticType.Float && found != FieldOperator.Divide && found != FieldOperator.Power;
        var duration = left.Type == StaticType.Duration || right.Type == StaticType.Duration;
        if (integers)
        {
            long? whole = found switch
            {
                FieldOperator.Add => unchecked(left.Integer + right.Integer),
                FieldOperator.Subtract => unchecked(left.Integer - right.Integer),
                FieldOperator.Multiply => unchecked(left.Integer * right.Integer),
                _ => right.Integer is 0 or -1 ? (right.Integer == 0 ? null : 0) : left.Integer % right.Integer,
            };
            return whole is not { } value ? null : duration ? Static.Duration(value) : Static.Of(value);
        }

        var (a, b) = (left.AsNumber, right.AsNumber);
        var number = found switch
        {
            FieldOperator.Add => a + b,
            FieldOperator.Subtract => a - b,
            FieldOperator.Multiply => a * b,
            FieldOperator.Divide => a / b,
            FieldOperator.Modulo => a % b,
            // Tempo raises the right side to the left one; who compares results with it wants the same.
            _ => Math.Pow(b, a),
        };
        var isWhole = left.Type != StaticType.Float && right.Type != StaticType.Float && number == Math.Floor(number) && Math.Abs(number) < 9e15;
        return duration ? Static.Duration((long)number) : isWhole ? Static.Of((long)number) : Static.Of(number);
    }

    public static Static? Apply(FieldOperator found, Static value) => (found, value.Type) switch
    {
        (FieldOperator.Not, StaticType.Bool) => Static.Of(value.Integer == 0),
        (FieldOperator.Negate, StaticType.Float) => Static.Of(-value.Float),
        (FieldOperator.Negate, StaticType.Int) => Static.Of(unchecked(-value.Integer)),
        (FieldOperator.Negate, StaticType.Duration) => Static.Duration(unchecked(-value.Integer)),
        _ => null,
    };

    /// <summary>Null when the values cannot be compared.</summary>
    public static bool? Compare(FieldOperator found, Static left, Static right)
    {
        int order;
        if (left.IsNumber && right.IsNumber)
        {
            order = left.Type != StaticType.Float && right.Type != StaticType.Float ? left.Integer.CompareTo(right.Integer) : left.AsNumber.CompareTo(right.AsNumber);
        }
        else if (left.Type != right.Type)
        {
            return null;
        }
        else
        {
            order = left.Type == StaticType.String ? string.CompareOrdinal(left.Text, right.Text) : left.Integer.CompareTo(right.Integer);
        }

        return found switch
        {
            FieldOperator.Equal => order == 0,
            FieldOperator.NotEqual => order != 0,
            FieldOperator.Less => order < 0,
            FieldOperator.LessEqual => order <= 0,
            FieldOperator.Greater => order > 0,
            FieldOperator.GreaterEqual => order >= 0,
            _ => null,
        };
    }

    /// <summary>Whether one of an attribute's values satisfies the comparison with a literal that the attribute stands in.</summary>
    public static bool Satisfies(FieldExpression.Binary comparison, Static value)
    {
        var (left, right) = comparison.Left is FieldExpression.Literal literal ? (literal.Value, value) : (value, ((FieldExpression.Literal)comparison.Right).Value);
        return left.Type == StaticType.Nil || right.Type == StaticType.Nil ? comparison.Operator == FieldOperator.NotEqual
            : comparison.Pattern is { } pattern ? value.Type == StaticType.String && pattern.IsMatch(value.Text) == (comparison.Operator == FieldOperator.Matches)
            : (left.Type == right.Type || (left.IsNumber && right.IsNumber && comparison.Attributes.All(attribute => attribute.Scope == AttributeScope.Intrinsic)))
                && Compare(comparison.Operator, left, right) == true;
    }

    private static bool IsTrue(FieldExpression expression, SpanView span) => expression switch
    {
        FieldExpression.Literal literal => literal.Value is { Type: StaticType.Bool, Integer: 1 },
        FieldExpression.Reference => Values(expression, span).Any(value => value is { Type: StaticType.Bool, Integer: 1 }),
        // Tempo hands the condition under a "not" to the storage as one that must hold, so nothing is left that could satisfy it.
        FieldExpression.Unary { Operator: FieldOperator.Not } unary =>
            unary.Operand is FieldExpression.Reference && Values(unary.Operand, span).Any(value => value is { Type: StaticType.Bool, Integer: 0 }),
        FieldExpression.Binary { Operator: FieldOperator.And } binary => IsTrue(binary.Left, span) && IsTrue(binary.Right, span),
        FieldExpression.Binary { Operator: FieldOperator.Or } binary => IsTrue(binary.Left, span) || IsTrue(binary.Right, span),
        FieldExpression.Binary binary => Compare(binary, span),
        _ => false,
    };

    private static bool Compare(FieldExpression.Binary binary, SpanView span)
    {
        if (binary.Left is FieldExpression.Literal { Value.Type: StaticType.Nil })
        {
            return Exists(binary.Right, span) == (binary.Operator == FieldOperator.NotEqual);
        }

        if (binary.Right is FieldExpression.Literal { Value.Type: StaticType.Nil })
        {
            return Exists(binary.Left, span) == (binary.Operator == FieldOperator.NotEqual);
        }

        var left = Values(binary.Left, span);
        if (binary.Pattern is { } pattern)
        {
            return left.Any(value => value.Type == StaticType.String && IsMatch(pattern, value.Text, binary.Left) == (binary.Operator == FieldOperator.Matches));
        }

        // An attribute's column has one type: a literal of another type finds nothing in it.
        var strict = (binary.Left is FieldExpression.Reference { Attribute.Scope: not AttributeScope.Intrinsic } && binary.Right is FieldExpression.Literal)
            || (binary.Right is FieldExpression.Reference { Attribute.Scope: not AttributeScope.Intrinsic } && binary.Left is FieldExpression.Literal);
        var right = Values(binary.Right, span);
        var ids = IsTraceId(binary.Left) || IsTraceId(binary.Right);
        foreach (var a in left)
        {
            foreach (var b in right)
            {
                if ((!strict || a.Type == b.Type)
                    && (ids ? Compare(binary.Operator, Stripped(a), Stripped(b)) : Compare(binary.Operator, a, b)) == true)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Exists(FieldExpression expression, SpanView span) => Values(expression, span).Count > 0;

    private static bool IsTraceId(FieldExpression expression) => expression is FieldExpression.Reference { Attribute.Intrinsic: Intrinsic.TraceId or Intrinsic.LinkTraceId };

    private static Static Stripped(Static id) => id with { Text = id.Text.TrimStart('0') };

    private static bool IsMatch(Regex pattern, string text, FieldExpression source) =>
        pattern.IsMatch(text) || (IsTraceId(source) && pattern.IsMatch(text.TrimStart('0')));

    private static List<Static> Arithmetic(FieldExpression.Binary binary, SpanView span)
    {
        var results = new List<Static>();
        foreach (var left in Values(binary.Left, span))
        {
            foreach (var right in Values(binary.Right, span))
            {
                if (Apply(binary.Operator, left, right) is { } result)
                {
                    results.Add(result);
                }
            }
        }

        return results;
    }
}
