namespace TempoCos.Tempo.TraceQL;

/// <summary>Operators between fields, and those before one.</summary>
public enum FieldOperator
{
    /// <summary>No operator: the field is only wanted.</summary>
    None,
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
    Exists,
    NotExists,
}
