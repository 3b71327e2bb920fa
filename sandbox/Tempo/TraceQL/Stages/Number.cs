namespace TempoCos.Tempo.TraceQL.Stages;

public sealed class Number(Static value) : Scalar
{
    public Static Value => value;

    public override StaticType Type => value.Type;

    public override IEnumerable<Attribute> Attributes => [];

    public override void Validate()
    {
        // A value is a value.
    }

    public override string ToString() => value.ToString();
}
