namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>Runs the automaton over a query.</summary>
internal static class Parser
{
    // Far more than people write; a query's tree is walked by recursion.
    private const int MaxDepth = 2_000;

    // A chain of operators or stages is a tree as deep as the chain is long.
    private const int MaxTokens = 5_000;
    private static readonly Grammar Grammar = new();
    private static readonly ParserTable Table = new(Grammar);

    /// <exception cref="TraceQLException">With the position of what no query can go on with.</exception>
    public static Query Parse(string text)
    {
        var lexer = new Lexer(text);
        var states = new Stack<int>([0]);
        var values = new Stack<object?>();
        var terminal = 0;
        var tokens = 0;
        while (true)
        {
            var state = Table[states.Peek()];
            if (terminal == 0 && state.NeedsToken)
            {
                terminal = lexer.Next();
                if (++tokens > MaxTokens)
                {
                    lexer.Report("query is too long");
                    throw lexer.Error!;
                }
            }

            var action = terminal == 0 ? state.Default : state.Action(terminal);
            if (action == 0)
            {
                if (state.Accepts(terminal) && lexer.Error is null)
                {
                    return (Query)values.Pop()!;
                }

                lexer.Report(state.Unexpected(terminal));
                throw lexer.Error!;
            }

            if (action > 0)
            {
                if (states.Count > MaxDepth)
                {
                    lexer.Report("query is nested too deeply");
                    throw lexer.Error!;
                }

                states.Push(action);
                values.Push(lexer.Value);
                terminal = 0;
            }
            else
            {
                Reduce(Grammar.Productions[-action]);
            }
        }

        void Reduce(Production production)
        {
            var parts = new object?[production.Right.Length];
            for (var i = parts.Length - 1; i >= 0; i--)
            {
                parts[i] = values.Pop();
                states.Pop();
            }

            values.Push(production.Build(parts, lexer));
            states.Push(Table.Goto(states.Peek(), production.Left));
        }
    }
}
