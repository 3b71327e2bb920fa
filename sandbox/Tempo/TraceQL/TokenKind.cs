namespace TempoCos.Tempo.TraceQL;

public enum TokenKind
{
    End,
    Symbol,
    Identifier,
    String,
    Integer,
    Float,
    Duration,
    Attribute,
    Intrinsic,
}
