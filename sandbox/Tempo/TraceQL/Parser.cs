namespace TempoCos.Tempo.TraceQL;

/// <summary>Recursive descent over the tokens. An error names the token at which no query can go on.</summary>
public sealed partial class Parser(IReadOnlyList<Token> tokens)
{
    private static readonly string[] Keywords =
    [
        "by", "coalesce", "select", "count", "avg", "min", "max", "sum", "with", "rate", "count_over_time", "min_over_time", "max_over_time", "sum_over_time",
        "avg_over_time", "quantile_over_time", "histogram_over_time", "compare", "topk", "bottomk", "true", "false", "nil", "ok", "error", "unset", "unspecified",
        "internal", "server", "client", "producer", "consumer", "minInt", "maxInt",
    ];

    // Far more than people write; less than the stack bears.
    private const int MaxDepth = 200;
    private int _at;
    private int _depth;

    private Token Current => tokens[_at];

    public Query ParseQuery()
    {
        var stages = ParsePipeline(allowMetric: true);
        var mostRecent = Current.Is("with") && ParseHints();
        if (Current.Kind != TokenKind.End)
        {
            throw Unexpected(", expecting with");
        }

        return new(stages, mostRecent);
    }

    /// <summary>A single attribute or intrinsic between braces: how tag names are read.</summary>
    public Attribute ParseIdentifier()
    {
        Expect("{");
        var attribute = ParseAttribute();
        Expect("}");
        return attribute;
    }

    private TraceQLException Unexpected(string hint = "") =>
        Current.Error($"syntax error: unexpected {Current.Describe(Keywords.Contains(Current.Text))}{hint}");

    private bool Accept(string symbol)
    {
        if (!Current.Is(symbol))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string symbol, string hint = "")
    {
        if (!Accept(symbol))
        {
            throw Unexpected(hint);
        }
    }

    private Attribute ParseAttribute()
    {
        if (Current.Attribute is not { } attribute)
        {
            throw Current.Kind == TokenKind.Identifier && !Keywords.Contains(Current.Text) ? Current.Error($"unknown identifier: {Current.Text}") : Unexpected();
        }

        _at++;
        return attribute;
    }

    private List<Attribute> ParseAttributeList()
    {
        Expect("(");
        var attributes = new List<Attribute> { ParseAttribute() };
        while (Accept(","))
        {
            attributes.Add(ParseAttribute());
        }

        Expect(")");
        return attributes;
    }

    private bool ParseHints()
    {
        Expect("with");
        Expect("(");
        var mostRecent = false;
        do
        {
            var name = Current;
            if (name.Kind != TokenKind.Identifier)
            {
                throw Unexpected();
            }

            _at++;
            Expect("=");
            var value = ParseFieldPrimary();
            mostRecent |= name.Text == "most_recent" && value is FieldExpression.Literal { Value: { Type: StaticType.Bool, Integer: 1 } };
        }
        while (Accept(","));
        Expect(")");
        return mostRecent;
    }

    private T Deeper<T>(Func<T> parse)
    {
        if (++_depth > MaxDepth)
        {
            throw Current.Error("query is nested too deeply");
        }

        try
        {
            return parse();
        }
        finally
        {
            _depth--;
        }
    }
}
