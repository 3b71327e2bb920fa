namespace TempoCos.Tempo.TraceQL;

/// <summary>What selects spans of a trace.</summary>
public abstract record SpansetExpression
{
    /// <summary><c>{ condition }</c>; without a condition every span.</summary>
    public sealed record Filter(FieldExpression? Condition) : SpansetExpression;

    /// <summary><c>A op B</c>; <paramref name="Negated"/> for <c>!op</c>, <paramref name="Union"/> for <c>&amp;op</c>.</summary>
    public sealed record Relation(SpansetRelation Kind, bool Negated, bool Union, SpansetExpression Left, SpansetExpression Right) : SpansetExpression;

    /// <summary><c>(pipeline)</c> as an operand.</summary>
    public sealed record Nested(IReadOnlyList<Stage> Stages) : SpansetExpression;

    public IEnumerable<Attribute> Attributes => this switch
    {
        Filter filter => filter.Condition?.Attributes ?? [],
        Relation relation => relation.Left.Attributes.Concat(relation.Right.Attributes),
        Nested nested => nested.Stages.SelectMany(stage => stage.Attributes),
        _ => [],
    };

    public bool IsStructural => this switch
    {
        Relation relation => relation.Kind is not (SpansetRelation.And or SpansetRelation.Or) || relation.Left.IsStructural || relation.Right.IsStructural,
        Nested nested => nested.Stages.OfType<Stage.Select>().Any(stage => stage.Spansets.IsStructural),
        _ => false,
    };
}
