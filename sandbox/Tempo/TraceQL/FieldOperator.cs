namespace TempoCos.Tempo.TraceQL;

/// <summary>Operators between fields.</summary>
public enum FieldOperator
{
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Matches,
    NotMatches,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Not,
    Negate,
}
