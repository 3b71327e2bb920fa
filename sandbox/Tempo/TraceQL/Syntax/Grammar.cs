namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>The language's productions. Nonterminals are numbered above the terminals, in the order in which they are named.</summary>
internal sealed partial class Grammar
{
    // From the loosest to the tightest.
    private static readonly (Associativity Associativity, string Operators)[] Ranking =
    [
        (Associativity.Left, "|"),
        (Associativity.Left, "&& ||"),
        (Associativity.Left, "= != < <= > >= !~ =~ >> << ~ !> !< !>> !<< &> &< &>> &<< &~"),
        (Associativity.Left, "+ -"),
        (Associativity.Left, "!"),
        (Associativity.Left, "* / %"),
        (Associativity.Right, "^"),
        (Associativity.None, "nil"),
    ];

    private readonly Dictionary<string, int> _nonterminals = [];
    private readonly Dictionary<int, Rank> _ranks = [];
    private readonly List<Production> _productions = [];
    private readonly Dictionary<int, List<int>> _byLeft = [];

    public Grammar()
    {
        foreach (var (level, (associativity, operators)) in Ranking.Index())
        {
            foreach (var sign in operators.Split(' '))
            {
                _ranks[Terminals.Find(sign)!.Value] = new(level, associativity);
            }
        }

        Add("start", "query", values => values[0]);
        AddQueries();
        AddSpansets();
        AddScalars();
        AddMetrics();
        AddFields();
    }

    public IReadOnlyList<Production> Productions => _productions;

    public IReadOnlyList<int> Of(int nonterminal) => _byLeft[nonterminal];

    public Rank? RankOf(int terminal) => _ranks.TryGetValue(terminal, out var rank) ? rank : null;

    public Rank? RankOfProduction(int production)
    {
        var right = _productions[production].Right;
        for (var i = right.Length - 1; i >= 0; i--)
        {
            if (right[i] < Terminals.Count)
            {
                return RankOf(right[i]);
            }
        }

        return null;
    }

    private void Add(string left, string right, Func<object?[], object?> build) => Add(left, right, (values, _) => build(values));

    private void Add(string left, string right, Build build)
    {
        var production = new Production(Symbol(left), [.. right.Split(' ').Select(Symbol)], build);
        (_byLeft.TryGetValue(production.Left, out var list) ? list : _byLeft[production.Left] = []).Add(_productions.Count);
        _productions.Add(production);
    }

    // Names of nonterminals are in angle brackets where a word of the language is called the same.
    private int Symbol(string name)
    {
        if (Terminals.Find(name) is { } terminal)
        {
            return terminal;
        }

        if (!_nonterminals.TryGetValue(name, out var nonterminal))
        {
            _nonterminals[name] = nonterminal = Terminals.Count + _nonterminals.Count;
        }

        return nonterminal;
    }
}
