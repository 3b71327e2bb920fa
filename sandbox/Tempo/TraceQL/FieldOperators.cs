namespace TempoCos.Tempo.TraceQL;

/// <summary>How operators are written and what they are for.</summary>
public static class FieldOperators
{
    private static readonly Dictionary<string, FieldOperator> Symbols = new()
    {
        ["&&"] = FieldOperator.And,
        ["||"] = FieldOperator.Or,
        ["="] = FieldOperator.Equal,
        ["!="] = FieldOperator.NotEqual,
        ["<"] = FieldOperator.Less,
        ["<="] = FieldOperator.LessEqual,
        [">"] = FieldOperator.Greater,
        [">="] = FieldOperator.GreaterEqual,
        ["=~"] = FieldOperator.Matches,
        ["!~"] = FieldOperator.NotMatches,
        ["+"] = FieldOperator.Add,
        ["-"] = FieldOperator.Subtract,
        ["*"] = FieldOperator.Multiply,
        ["/"] = FieldOperator.Divide,
        ["%"] = FieldOperator.Modulo,
        ["^"] = FieldOperator.Power,
    };

    public static FieldOperator? Find(Token token) =>
        token.Kind == TokenKind.Symbol && Symbols.TryGetValue(token.Text, out var found) ? found : null;

    public static string Symbol(this FieldOperator value) =>
        Symbols.FirstOrDefault(pair => pair.Value == value).Key ?? (value == FieldOperator.Not ? "!" : "-");

    public static bool IsLogical(this FieldOperator value) => value is FieldOperator.And or FieldOperator.Or or FieldOperator.Not;

    public static bool IsComparison(this FieldOperator value) => value is >= FieldOperator.Equal and <= FieldOperator.NotMatches;

    public static bool IsRegex(this FieldOperator value) => value is FieldOperator.Matches or FieldOperator.NotMatches;

    /// <summary>How tightly it binds; logical operators are all one level.</summary>
    public static int Precedence(this FieldOperator value) => value switch
    {
        FieldOperator.And or FieldOperator.Or => 1,
        FieldOperator.Add or FieldOperator.Subtract => 3,
        FieldOperator.Multiply or FieldOperator.Divide or FieldOperator.Modulo => 5,
        FieldOperator.Power => 6,
        _ => 2,
    };
}
