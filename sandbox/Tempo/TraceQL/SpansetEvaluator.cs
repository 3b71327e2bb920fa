namespace TempoCos.Tempo.TraceQL;

/// <summary>Evaluates stages over the spans of one trace.</summary>
public static class SpansetEvaluator
{
    public static IReadOnlyList<Spanset> Run(IReadOnlyList<Stage> stages, TraceView trace) => Run(stages, [new Spanset(trace.Spans)]);

    private static IReadOnlyList<Spanset> Run(IReadOnlyList<Stage> stages, IReadOnlyList<Spanset> spansets)
    {
        foreach (var stage in stages)
        {
            spansets = [.. Run(stage, spansets).Where(spanset => spanset.Spans.Count > 0)];
            if (spansets.Count == 0)
            {
                break;
            }
        }

        return spansets;
    }

    private static IEnumerable<Spanset> Run(Stage stage, IReadOnlyList<Spanset> spansets) => stage switch
    {
        Stage.Select select => spansets.Select(spanset => spanset with { Spans = Select(select.Spansets, spanset.Spans) }),
        Stage.Aggregate aggregate => spansets.Select(spanset => Aggregate(aggregate, spanset)).OfType<Spanset>(),
        Stage.By by => spansets.SelectMany(spanset => Group(by, spanset)),
        Stage.Coalesce => [new Spanset(Distinct(spansets.SelectMany(spanset => spanset.Spans)))],
        _ => spansets,
    };

    private static IReadOnlyList<SpanView> Select(SpansetExpression expression, IReadOnlyList<SpanView> spans) => expression switch
    {
        SpansetExpression.Filter filter => [.. spans.Where(span => FieldEvaluator.Matches(filter.Condition, span))],
        SpansetExpression.Nested nested => Distinct(Run(nested.Stages, [new Spanset(spans)]).SelectMany(spanset => spanset.Spans)),
        SpansetExpression.Relation relation => Relate(relation, Select(relation.Left, spans), Select(relation.Right, spans)),
        _ => [],
    };

    private static IReadOnlyList<SpanView> Relate(SpansetExpression.Relation relation, IReadOnlyList<SpanView> left, IReadOnlyList<SpanView> right)
    {
        switch (relation.Kind)
        {
            case SpansetRelation.And:
                return left.Count > 0 && right.Count > 0 ? Distinct(left.Concat(right)) : [];
            case SpansetRelation.Or:
                return Distinct(left.Concat(right));
        }

        if (left.Count == 0 || right.Count == 0)
        {
            return [];
        }

        var related = Relatives(relation.Kind, left);
        var found = right.Where(span => related(span) != relation.Negated).ToList();
        if (!relation.Union)
        {
            return found;
        }

        var inverse = Relatives(Inverse(relation.Kind), right);
        return Distinct(left.Where(inverse).Concat(found));
    }

    // Whether a span stands in the relation to any of these.
    private static Func<SpanView, bool> Relatives(SpansetRelation kind, IReadOnlyList<SpanView> others)
    {
        var known = others.Where(span => span.Left != 0).ToList();
        switch (kind)
        {
            case SpansetRelation.Child:
                var parents = known.Select(span => span.Left).ToHashSet();
                return span => span.ParentLeft > 0 && parents.Contains(span.ParentLeft);
            case SpansetRelation.Parent:
                var lefts = known.Select(span => span.ParentLeft).ToHashSet();
                return span => span.Left > 0 && lefts.Contains(span.Left);
            case SpansetRelation.Descendant:
                return span => span.Left > 0 && known.Any(other => other.Left < span.Left && span.Right < other.Right);
            case SpansetRelation.Ancestor:
                return span => span.Left > 0 && known.Any(other => span.Left < other.Left && other.Right < span.Right);
            default:
                var siblings = known.ToLookup(span => span.ParentLeft);
                return span => span.ParentLeft > 0 && siblings[span.ParentLeft].Any(other => !ReferenceEquals(other, span));
        }
    }

    private static SpansetRelation Inverse(SpansetRelation kind) => kind switch
    {
        SpansetRelation.Child => SpansetRelation.Parent,
        SpansetRelation.Parent => SpansetRelation.Child,
        SpansetRelation.Descendant => SpansetRelation.Ancestor,
        SpansetRelation.Ancestor => SpansetRelation.Descendant,
        _ => kind,
    };

    private static Spanset? Aggregate(Stage.Aggregate aggregate, Spanset spanset)
    {
        Static? value = aggregate.Kind == AggregateKind.Count ? Static.Of((long)spanset.Spans.Count) : Fold(aggregate, spanset.Spans);
        return value is { } found && FieldEvaluator.Compare(aggregate.Comparison, found, aggregate.Value) == true
            ? spanset with { Attributes = [.. spanset.Attributes, (aggregate.Key, found)] }
            : null;
    }

    private static Static? Fold(Stage.Aggregate aggregate, IReadOnlyList<SpanView> spans)
    {
        var values = spans.SelectMany(span => FieldEvaluator.Values(aggregate.Of!, span)).Where(value => value.IsNumber).ToList();
        if (values.Count == 0)
        {
            return null;
        }

        return aggregate.Kind switch
        {
            AggregateKind.Min => values.MinBy(value => value.AsNumber),
            AggregateKind.Max => values.MaxBy(value => value.AsNumber),
            AggregateKind.Sum => Sum(values),
            _ => Average(values),
        };
    }

    private static Static Sum(List<Static> values) =>
        values.Aggregate((sum, value) => FieldEvaluator.Apply(FieldOperator.Add, sum, value) ?? sum);

    private static Static Average(List<Static> values) => values[0].Type == StaticType.Duration
        ? Static.Duration((long)(Sum(values).AsNumber / values.Count))
        : Static.Of(Sum(values).AsNumber / values.Count);

    private static IEnumerable<Spanset> Group(Stage.By by, Spanset spanset) =>
        spanset.Spans
            .GroupBy(span => FieldEvaluator.Values(by.Key, span) is [var first, ..] ? first : Static.Nil)
            .Select(group => new Spanset([.. group]) { Attributes = [.. spanset.Attributes, ($"by({by.Key})", group.Key)] });

    private static IReadOnlyList<SpanView> Distinct(IEnumerable<SpanView> spans) => [.. spans.Distinct()];
}
