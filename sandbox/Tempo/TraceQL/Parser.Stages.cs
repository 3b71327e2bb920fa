namespace TempoCos.Tempo.TraceQL;

/// <summary>Pipelines, spansets and aggregates.</summary>
public sealed partial class Parser
{
    private static readonly Dictionary<string, (SpansetRelation Kind, bool Negated, bool Union)> Relations = new()
    {
        ["&&"] = (SpansetRelation.And, false, false),
        ["||"] = (SpansetRelation.Or, false, false),
        [">"] = (SpansetRelation.Child, false, false),
        ["<"] = (SpansetRelation.Parent, false, false),
        [">>"] = (SpansetRelation.Descendant, false, false),
        ["<<"] = (SpansetRelation.Ancestor, false, false),
        ["~"] = (SpansetRelation.Sibling, false, false),
        ["!>"] = (SpansetRelation.Child, true, false),
        ["!<"] = (SpansetRelation.Parent, true, false),
        ["!>>"] = (SpansetRelation.Descendant, true, false),
        ["!<<"] = (SpansetRelation.Ancestor, true, false),
        ["!~"] = (SpansetRelation.Sibling, true, false),
        ["&>"] = (SpansetRelation.Child, false, true),
        ["&<"] = (SpansetRelation.Parent, false, true),
        ["&>>"] = (SpansetRelation.Descendant, false, true),
        ["&<<"] = (SpansetRelation.Ancestor, false, true),
        ["&~"] = (SpansetRelation.Sibling, false, true),
    };

    private List<Stage> ParsePipeline(bool allowMetric) => Deeper(() =>
    {
        var stages = new List<Stage> { ParseStage(isFirst: true, allowMetric: false) };
        while (Accept("|"))
        {
            if (stages[^1] is Stage.Metric)
            {
                ParseRanking();
                break;
            }

            stages.Add(ParseStage(isFirst: false, allowMetric));
        }

        return stages;
    });

    private Stage ParseStage(bool isFirst, bool allowMetric)
    {
        var token = Current;
        switch (token.Text)
        {
            case "{" or "(" when token.Kind == TokenKind.Symbol:
                return new Stage.Select(ParseSpansets(loose: true));
            case "by" when token.Kind == TokenKind.Identifier:
                _at++;
                Expect("(");
                var key = ParseField();
                Expect(")");
                return new Stage.By(TypeRules.Grouping(key));
            case "coalesce" when !isFirst:
                _at++;
                Expect("(");
                Expect(")");
                return new Stage.Coalesce();
            case "select" when !isFirst:
                _at++;
                return new Stage.Show(ParseAttributeList());
            case "count" or "avg" or "min" or "max" or "sum":
                return ParseScalarFilter();
            default:
                return token.Kind is TokenKind.Integer or TokenKind.Float or TokenKind.Duration || token.Is("-") ? ParseScalarFilter()
                    : allowMetric && token.Kind == TokenKind.Identifier && ParseMetric() is { } metric ? metric
                    : throw Unexpected();
        }
    }

    // && and || bind loosest and are one level; the structural operators bind tighter. All associate to the left.
    private SpansetExpression ParseSpansets(bool loose) => Deeper(() =>
    {
        var left = loose ? ParseSpansets(loose: false) : ParseSpansetPrimary();
        while (Current.Kind == TokenKind.Symbol && Relations.TryGetValue(Current.Text, out var relation)
            && loose == relation.Kind is SpansetRelation.And or SpansetRelation.Or)
        {
            _at++;
            var right = loose ? ParseSpansets(loose: false) : ParseSpansetPrimary();
            left = new SpansetExpression.Relation(relation.Kind, relation.Negated, relation.Union, left, right);
        }

        return left;
    });

    private SpansetExpression ParseSpansetPrimary()
    {
        if (Accept("("))
        {
            var stages = ParsePipeline(allowMetric: false);
            Expect(")");
            return stages is [Stage.Select only] ? only.Spansets : new SpansetExpression.Nested(stages);
        }

        Expect("{");
        if (Accept("}"))
        {
            return new SpansetExpression.Filter(null);
        }

        var condition = ParseField();
        Expect("}");
        return new SpansetExpression.Filter(TypeRules.Condition(condition));
    }

    private Stage.Aggregate ParseScalarFilter()
    {
        var left = ParseScalar();
        if (FieldOperators.Find(Current) is not { } comparison || !comparison.IsComparison() || comparison.IsRegex())
        {
            throw Unexpected();
        }

        _at++;
        var right = ParseScalar();
        if (left.Kind is not { } kind || left.IsExpression)
        {
            throw new TraceQLException("scalar filter lhs of type (%v) not yet supported");
        }

        return right.Value is { } value && !right.IsExpression
            ? new(kind, left.Of, comparison, value)
            : throw new TraceQLException("scalar filter rhs of type (%v) not yet supported");
    }

    // An aggregate, or a literal that arithmetic was folded into. More is parsed than can be carried out, as in Tempo.
    private (AggregateKind? Kind, FieldExpression? Of, Static? Value, bool IsExpression) ParseScalar(int minimum = 3)
    {
        var left = ParseScalarPrimary();
        while (FieldOperators.Find(Current) is { } found && found.Precedence() >= minimum && !found.IsComparison() && !found.IsLogical())
        {
            _at++;
            var right = ParseScalar(found.Precedence() + 1);
            left = left.Value is { } a && right.Value is { } b
                && TypeRules.Binary(found, new FieldExpression.Literal(a), new FieldExpression.Literal(b)) is FieldExpression.Literal folded
                ? (null, null, folded.Value, false)
                : (left.Kind ?? right.Kind, left.Of ?? right.Of, null, true);
        }

        return left;
    }

    private (AggregateKind? Kind, FieldExpression? Of, Static? Value, bool IsExpression) ParseScalarPrimary()
    {
        if (Current.Kind == TokenKind.Identifier && Enum.TryParse<AggregateKind>(Current.Text, ignoreCase: true, out var kind) && char.IsLower(Current.Text[0]))
        {
            _at++;
            Expect("(");
            var of = kind == AggregateKind.Count ? null : TypeRules.Aggregated(kind, ParseField());
            Expect(")");
            return (kind, of, null, false);
        }

        if (Accept("("))
        {
            var inner = ParseScalar();
            Expect(")");
            return inner;
        }

        return ParseFieldUnary() is FieldExpression.Literal literal ? (null, null, literal.Value, false) : throw Unexpected();
    }

    private Stage.Metric? ParseMetric()
    {
        var function = Current.Text;
        switch (function)
        {
            case "rate" or "count_over_time":
                _at++;
                Expect("(");
                Expect(")");
                break;
            case "min_over_time" or "max_over_time" or "sum_over_time" or "avg_over_time" or "histogram_over_time":
                _at++;
                Expect("(");
                ParseAttribute();
                Expect(")");
                break;
            case "quantile_over_time":
                _at++;
                Expect("(");
                ParseAttribute();
                Expect(",", ", expecting ,");
                do
                {
                    ParseFieldPrimary();
                }
                while (Accept(","));
                Expect(")");
                break;
            case "compare":
                _at++;
                Expect("(");
                ParseSpansetPrimary();
                while (Accept(","))
                {
                    ParseFieldPrimary();
                }

                Expect(")");
                return new(function, []);
            default:
                return null;
        }

        return new(function, Accept("by") ? ParseAttributeList() : []);
    }

    private void ParseRanking()
    {
        if (!Accept("topk") && !Accept("bottomk"))
        {
            throw Unexpected();
        }

        Expect("(");
        if (Current.Kind != TokenKind.Integer)
        {
            throw Unexpected();
        }

        _at++;
        Expect(")");
    }
}
