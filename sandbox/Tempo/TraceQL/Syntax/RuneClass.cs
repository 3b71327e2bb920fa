namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>What <see cref="RuneScanner"/> found.</summary>
internal enum RuneClass
{
    End,
    Rune,
    Word,
    Integer,
    Float,
    Text,
}
