namespace TempoCos.Tempo.TraceQL.Expressions;

public sealed class Literal(Static value) : FieldExpression
{
    public Static Value => value;

    public override StaticType Type => value.Type;

    public override bool ReferencesSpan => false;

    public override IEnumerable<Attribute> Attributes => [];

    public override Static Evaluate(IFieldSource span) => value;

    public override void Validate()
    {
        // A value is a value.
    }

    public override string ToString() => value.ToString();
}
