namespace TempoCos.Tempo.TraceQL;

/// <summary>How operators are written and what they are for.</summary>
public static class FieldOperators
{
    public static string Symbol(this FieldOperator value) => value switch
    {
        FieldOperator.And => "&&",
        FieldOperator.Or => "||",
        FieldOperator.Equal => "=",
        FieldOperator.NotEqual => "!=",
        FieldOperator.Less => "<",
        FieldOperator.LessEqual => "<=",
        FieldOperator.Greater => ">",
        FieldOperator.GreaterEqual => ">=",
        FieldOperator.Matches => "=~",
        FieldOperator.NotMatches => "!~",
        FieldOperator.Add => "+",
        FieldOperator.Subtract or FieldOperator.Negate => "-",
        FieldOperator.Multiply => "*",
        FieldOperator.Divide => "/",
        FieldOperator.Modulo => "%",
        FieldOperator.Power => "^",
        FieldOperator.Not => "!",
        _ => "",
    };

    public static bool IsLogical(this FieldOperator value) => value is FieldOperator.And or FieldOperator.Or;

    public static bool IsComparison(this FieldOperator value) => value is >= FieldOperator.Equal and <= FieldOperator.NotMatches;

    public static bool IsArithmetic(this FieldOperator value) => value is >= FieldOperator.Add and <= FieldOperator.Power;

    public static bool IsRegex(this FieldOperator value) => value is FieldOperator.Matches or FieldOperator.NotMatches;

    /// <summary>The same comparison with its sides exchanged.</summary>
    public static FieldOperator Flipped(this FieldOperator value) => value switch
    {
        FieldOperator.Less => FieldOperator.Greater,
        FieldOperator.LessEqual => FieldOperator.GreaterEqual,
        FieldOperator.Greater => FieldOperator.Less,
        FieldOperator.GreaterEqual => FieldOperator.LessEqual,
        _ => value,
    };
}
