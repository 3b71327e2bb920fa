namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>
/// An LALR(1) automaton, made once from the grammar. A table rather than descent by hand, because what an error says (what was unexpected, what would have been)
/// depends on the automaton's states and on their default reductions, which are chosen as yacc chooses them: the most frequent one.
/// </summary>
internal sealed class ParserTable
{
    private readonly Grammar _grammar;
    private readonly List<int[]> _kernels = [];
    private readonly List<Dictionary<int, int>> _moves = [];
    private readonly State[] _states;

    public ParserTable(Grammar grammar)
    {
        _grammar = grammar;
        BuildStates();
        var follows = Follows();
        _states = [.. Enumerable.Range(0, _kernels.Count).Select(state => Resolve(state, follows))];
    }

    public State this[int state] => _states[state];

    public int Goto(int state, int symbol) => _moves[state][symbol];

    // An item is a production and how many of its symbols are read.
    private static int Encode(int production, int read) => (production << 8) | read;

    private void BuildStates()
    {
        var known = new Dictionary<string, int>();
        Add([Encode(0, 0)]);
        for (var state = 0; state < _kernels.Count; state++)
        {
            var next = new Dictionary<int, List<int>>();
            foreach (var item in Closure(_kernels[state]))
            {
                var (production, read) = (item >> 8, item & 255);
                var right = _grammar.Productions[production].Right;
                if (read < right.Length)
                {
                    (next.TryGetValue(right[read], out var items) ? items : next[right[read]] = []).Add(Encode(production, read + 1));
                }
            }

            foreach (var (symbol, items) in next)
            {
                _moves[state][symbol] = Add([.. items.Order()]);
            }
        }

        int Add(int[] kernel)
        {
            var key = string.Join(',', kernel);
            if (!known.TryGetValue(key, out var state))
            {
                known[key] = state = _kernels.Count;
                _kernels.Add(kernel);
                _moves.Add([]);
            }

            return state;
        }
    }

    private List<int> Closure(int[] kernel)
    {
        var items = new List<int>(kernel);
        var opened = new HashSet<int>();
        for (var i = 0; i < items.Count; i++)
        {
            var right = _grammar.Productions[items[i] >> 8].Right;
            var read = items[i] & 255;
            if (read < right.Length && right[read] >= Terminals.Count && opened.Add(right[read]))
            {
                foreach (var production in _grammar.Of(right[read]))
                {
                    items.Add(Encode(production, 0));
                }
            }
        }

        return items;
    }

    // What may follow each move over a nonterminal, after DeRemer and Pennello; simpler than theirs, as no nonterminal is empty.
    private Dictionary<(int State, int Production), UInt128> Follows()
    {
        var numbers = new Dictionary<(int State, int Symbol), int>();
        var follow = new List<UInt128>();
        for (var state = 0; state < _moves.Count; state++)
        {
            foreach (var (symbol, target) in _moves[state])
            {
                if (symbol >= Terminals.Count)
                {
                    numbers[(state, symbol)] = follow.Count;
                    var direct = state == 0 && symbol == _grammar.Productions[0].Right[0] ? UInt128.One << Terminals.End : UInt128.Zero;
                    foreach (var next in _moves[target].Keys)
                    {
                        direct |= next < Terminals.Count ? UInt128.One << next : 0;
                    }

                    follow.Add(direct);
                }
            }
        }

        var includes = new List<(int Into, int From)>();
        var lookbacks = new List<(int State, int Production, int From)>();
        foreach (var ((state, symbol), number) in numbers)
        {
            foreach (var production in _grammar.Of(symbol))
            {
                var at = state;
                var right = _grammar.Productions[production].Right;
                for (var i = 0; i < right.Length; i++)
                {
                    if (i == right.Length - 1 && right[i] >= Terminals.Count)
                    {
                        includes.Add((numbers[(at, right[i])], number));
                    }

                    at = _moves[at][right[i]];
                }

                lookbacks.Add((at, production, number));
            }
        }

        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (into, from) in includes)
            {
                var more = follow[into] | follow[from];
                changed |= more != follow[into];
                follow[into] = more;
            }
        }

        var result = new Dictionary<(int State, int Production), UInt128>();
        foreach (var (state, production, from) in lookbacks)
        {
            result[(state, production)] = result.GetValueOrDefault((state, production)) | follow[from];
        }

        return result;
    }

    private State Resolve(int state, Dictionary<(int State, int Production), UInt128> follows)
    {
        var actions = new int[Terminals.Count];
        foreach (var (symbol, target) in _moves[state])
        {
            if (symbol < Terminals.Count)
            {
                actions[symbol] = target;
            }
        }

        var accepts = _kernels[state].Contains(Encode(0, 1));
        foreach (var item in _kernels[state].Order())
        {
            var (production, read) = (item >> 8, item & 255);
            if (production == 0 || read < _grammar.Productions[production].Right.Length)
            {
                continue;
            }

            var lookahead = follows[(state, production)];
            for (var terminal = 1; terminal < actions.Length; terminal++)
            {
                if ((lookahead >> terminal & 1) != 0)
                {
                    actions[terminal] = Choose(actions[terminal], production, terminal);
                }
            }
        }

        return new(actions, accepts);
    }

    // A reduction is the production's number, negative. Of two reductions the earlier production wins, against a shift it is the ranks that decide.
    private int Choose(int action, int production, int terminal)
    {
        if (action == 0 || action == State.Error)
        {
            return action == 0 ? -production : action;
        }

        if (action < 0)
        {
            return Math.Max(action, -production);
        }

        if (_grammar.RankOf(terminal) is not { } ahead || _grammar.RankOfProduction(production) is not { } read || ahead.Level > read.Level)
        {
            return action;
        }

        return ahead.Level < read.Level ? -production : ahead.Associativity switch
        {
            Associativity.Left => -production,
            Associativity.Right => action,
            _ => State.Error,
        };
    }
}
