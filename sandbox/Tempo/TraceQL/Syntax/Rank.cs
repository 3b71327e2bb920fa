namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>How tightly an operator binds, and what happens between two of the same rank.</summary>
internal readonly record struct Rank(int Level, Associativity Associativity);
