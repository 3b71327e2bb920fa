using TempoCos.Otlp;

namespace TempoCos.Tempo.TraceQL;

/// <summary>
/// An attribute that a result shows. One that a query only compares is shown on the spans that satisfy the comparison; one that it
/// selects, groups by or calculates with is shown wherever it is.
/// </summary>
public sealed record ShownAttribute(Attribute Attribute, FieldExpression.Binary? Condition)
{
    public bool Applies(SpanView span) => Condition is null || FieldEvaluator.Matches(Condition, span);

    /// <summary>What is shown on a span to which it applies: of several values only those that satisfy the comparison, of an event or link the last one.</summary>
    public AnyValue? Show(SpanView span)
    {
        if (Condition is null)
        {
            return AttributeReader.Show(Attribute, span);
        }

        var values = AttributeReader.Read(Attribute, span).Where(value => FieldEvaluator.Satisfies(Condition, value)).ToList();
        var single = Attribute.Scope is AttributeScope.Event or AttributeScope.Link or AttributeScope.Intrinsic;
        return values.Count switch
        {
            0 => AttributeReader.Read(Attribute, span).Count == 0 ? Static.Nil.ToAnyValue() : AttributeReader.Show(Attribute, span),
            1 => values[0].ToAnyValue(),
            _ when single => values[^1].ToAnyValue(),
            _ => new() { ArrayValue = new() { Values = { values.Select(value => value.ToAnyValue()) } } },
        };
    }

    public static IReadOnlyList<ShownAttribute> Of(Query query) =>
        [.. query.Stages.SelectMany(Of).Distinct().Where(shown => !Intrinsics.IsOfTrace(shown.Attribute.Intrinsic))];

    private static IEnumerable<ShownAttribute> Of(Stage stage) => stage switch
    {
        Stage.Select select => Of(select.Spansets),
        _ => stage.Attributes.Select(attribute => new ShownAttribute(attribute, null)),
    };

    private static IEnumerable<ShownAttribute> Of(SpansetExpression expression) => expression switch
    {
        SpansetExpression.Filter { Condition: { } condition } => Of(condition),
        SpansetExpression.Relation relation => Of(relation.Left).Concat(Of(relation.Right)),
        SpansetExpression.Nested nested => nested.Stages.SelectMany(Of),
        _ => [],
    };

    private static IEnumerable<ShownAttribute> Of(FieldExpression expression) => expression switch
    {
        FieldExpression.Binary { Operator: var found, Left: FieldExpression.Reference left, Right: FieldExpression.Literal } binary when found.IsComparison() =>
            [new(left.Attribute, binary)],
        FieldExpression.Binary { Operator: var found, Left: FieldExpression.Literal, Right: FieldExpression.Reference right } binary when found.IsComparison() =>
            [new(right.Attribute, binary)],
        FieldExpression.Binary binary => Of(binary.Left).Concat(Of(binary.Right)),
        _ => expression.Attributes.Select(attribute => new ShownAttribute(attribute, null)),
    };
}
