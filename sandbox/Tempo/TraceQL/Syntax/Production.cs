namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>Builds the value of a production from those of its symbols.</summary>
internal delegate object? Build(object?[] values, Lexer lexer);

/// <summary>A production. Symbols below <see cref="Terminals.Count"/> are terminals. The last terminal with a rank gives the production its rank.</summary>
internal sealed record Production(int Left, int[] Right, Build Build);
