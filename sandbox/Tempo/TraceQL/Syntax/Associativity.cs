namespace TempoCos.Tempo.TraceQL.Syntax;

internal enum Associativity
{
    Left,
    Right,
    None,
}
