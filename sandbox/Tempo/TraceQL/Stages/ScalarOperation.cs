namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>Arithmetic on scalars: parsed and checked, never carried out.</summary>
public sealed class ScalarOperation(FieldOperator found, Scalar left, Scalar right) : Scalar
{
    // Once: asked for again and again on the way up, it would take twice as long with every operation.
    public override StaticType Type { get; } = left.Type != StaticType.Attribute ? left.Type : right.Type;

    public override IEnumerable<Attribute> Attributes => left.Attributes.Concat(right.Attributes);

    public override void Validate()
    {
        left.Validate();
        right.Validate();
        if (!left.Type.Matches(right.Type))
        {
            throw new TraceQLException($"binary operations must operate on the same type: {this}");
        }

        if (!left.Type.Allows(found) || !right.Type.Allows(found))
        {
            throw new TraceQLException($"illegal operation for the given types: {this}");
        }
    }

    public override string ToString() => $"{Wrap(left)} {found.Symbol()} {Wrap(right)}";
}
