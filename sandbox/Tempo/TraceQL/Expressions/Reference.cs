namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>An attribute or intrinsic.</summary>
public sealed class Reference(Attribute attribute) : FieldExpression
{
    public Attribute Attribute => attribute;

    public override StaticType Type => attribute.Type;

    public override bool ReferencesSpan => true;

    public override IEnumerable<Attribute> Attributes => [attribute];

    public override Static Evaluate(IFieldSource span) => span.Value(attribute);

    public override void Validate() => attribute.Validate();

    public override string ToString() => attribute.ToString();
}
