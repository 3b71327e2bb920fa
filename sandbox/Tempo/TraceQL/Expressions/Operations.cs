namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>What operators do with two values.</summary>
public static class Operations
{
    /// <summary>The result; false when the values' types do not go together. A pattern is compiled once and kept in <paramref name="pattern"/>.</summary>
    public static Static Apply(FieldOperator found, Static left, Static right, ref ValuePattern? pattern)
    {
        if (!left.Type.Matches(right.Type) || !left.Type.Allows(found) || !right.Type.Allows(found))
        {
            return Static.False;
        }

        if (left.Type == StaticType.String && right.Type == StaticType.String && found is not (FieldOperator.Equal or FieldOperator.NotEqual))
        {
            return Static.Of(found.IsRegex()
                ? (pattern ??= new(right.Text)).IsMatch(left.Text) == (found == FieldOperator.Matches)
                : Holds(found, string.CompareOrdinal(left.Text, right.Text)));
        }

        if (left.Type == StaticType.Int && right.Type == StaticType.Int && Whole(found, left.Integer, right.Integer) is { } whole)
        {
            return whole;
        }

        if (found.IsLogical())
        {
            if (left.Type == StaticType.Boolean && right.Type == StaticType.Boolean)
            {
                return Static.Of(found == FieldOperator.And ? left.IsTrue && right.IsTrue : left.IsTrue || right.IsTrue);
            }
        }

        if (left.Type.MatchesElement(right.Type))
        {
            return Elements(found, left, right, ref pattern);
        }

        return found switch
        {
            FieldOperator.Add => Static.Of(left.Float + right.Float),
            FieldOperator.Subtract => Static.Of(left.Float - right.Float),
            FieldOperator.Multiply => Static.Of(left.Float * right.Float),
            FieldOperator.Divide => Static.Of(left.Float / right.Float),
            FieldOperator.Modulo => Static.Of(left.Float % right.Float),
            FieldOperator.Power => Static.Of(Math.Pow(left.Float, right.Float)),
            FieldOperator.Equal => Static.Of(AreEqual(left, right)),
            FieldOperator.NotEqual => Static.Of(!left.IsNil && !right.IsNil && !AreEqual(left, right)),
            FieldOperator.Less => Static.Of(left.Float < right.Float),
            FieldOperator.LessEqual => Static.Of(left.Float <= right.Float),
            FieldOperator.Greater => Static.Of(left.Float > right.Float),
            FieldOperator.GreaterEqual => Static.Of(left.Float >= right.Float),
            _ => throw new TraceQLException($"unexpected operator {found.Symbol()}"),
        };
    }

    /// <summary>Equality as filters mean it: numbers across their types, nil equal to nothing.</summary>
    public static bool AreEqual(Static left, Static right) => left.Type switch
    {
        StaticType.Nil => false,
        StaticType.Int or StaticType.Duration => right.Type switch
        {
            StaticType.Int or StaticType.Duration => left.Integer == right.Integer,
            StaticType.Status => left.Type == StaticType.Int && left.Integer == right.Integer,
            StaticType.Float => left.Float == right.Float,
            _ => false,
        },
        StaticType.Status => right.Type is StaticType.Int or StaticType.Status && left.Integer == right.Integer,
        StaticType.Float => left.Float == right.Float,
        _ => left.Equals(right),
    };

    /// <summary>The order by which the least and the greatest are found.</summary>
    public static int Compare(Static left, Static right)
    {
        if (left.Type != right.Type)
        {
            return left.Type.IsNumeric() && right.Type.IsNumeric() ? left.Float.CompareTo(right.Float) : left.Type.CompareTo(right.Type);
        }

        return left.Type switch
        {
            StaticType.Nil => 0,
            StaticType.String => string.CompareOrdinal(left.Text, right.Text),
            // Go compares the bits of doubles as numbers, which is wrong for two negative ones.
            _ => left.Integer.CompareTo(right.Integer),
        };
    }

    /// <summary>Whether the values satisfy a comparison of an aggregate with a number.</summary>
    public static bool Satisfies(FieldOperator found, Static left, Static right)
    {
        if (!left.Type.Matches(right.Type) || !left.Type.Allows(found) || !right.Type.Allows(found))
        {
            return false;
        }

        return found switch
        {
            FieldOperator.Equal => AreEqual(left, right),
            FieldOperator.NotEqual => !left.IsNil && !right.IsNil && !AreEqual(left, right),
            FieldOperator.Less => left.Float < right.Float,
            FieldOperator.LessEqual => left.Float <= right.Float,
            FieldOperator.Greater => left.Float > right.Float,
            _ => left.Float >= right.Float,
        };
    }

    public static bool Holds(FieldOperator found, int order) => found switch
    {
        FieldOperator.Equal => order == 0,
        FieldOperator.NotEqual => order != 0,
        FieldOperator.Less => order < 0,
        FieldOperator.LessEqual => order <= 0,
        FieldOperator.Greater => order > 0,
        _ => order >= 0,
    };

    private static Static? Whole(FieldOperator found, long left, long right) => found switch
    {
        FieldOperator.Add => Static.Of(unchecked(left + right)),
        FieldOperator.Subtract => Static.Of(unchecked(left - right)),
        FieldOperator.Multiply => Static.Of(unchecked(left * right)),
        FieldOperator.Divide or FieldOperator.Modulo when right == 0 => throw new TraceQLException("parse error : runtime error: integer divide by zero"),
        FieldOperator.Divide => Static.Of(right == -1 ? unchecked(-left) : left / right),
        FieldOperator.Modulo => Static.Of(right == -1 ? 0 : left % right),
        // As Tempo has it: the right side raised to the left one.
        FieldOperator.Power => Static.Of(Power(right, left)),
        FieldOperator.Less or FieldOperator.LessEqual or FieldOperator.Greater or FieldOperator.GreaterEqual => Static.Of(Holds(found, left.CompareTo(right))),
        _ => null,
    };

    private static long Power(long number, long times)
    {
        if (times <= 0)
        {
            return 1;
        }

        long result = 1;
        for (var factor = number; times > 0; times >>= 1, factor = unchecked(factor * factor))
        {
            result = (times & 1) != 0 ? unchecked(result * factor) : result;
        }

        return result;
    }

    // An array satisfies a comparison when one of its elements does.
    private static Static Elements(FieldOperator found, Static left, Static right, ref ValuePattern? pattern)
    {
        if (found.IsArithmetic())
        {
            throw new TraceQLException("unsupported operation");
        }

        var flipped = right.Type.IsArray();
        var (array, other) = flipped ? (right, left) : (left, right);
        var result = Static.Nil;
        foreach (var element in array.Elements)
        {
            result = Apply(flipped ? found.Flipped() : found, element, other, ref pattern);
            if (result.IsTrue)
            {
                break;
            }
        }

        return result;
    }
}
