namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>A sign before a field, or whether it is nil.</summary>
public sealed class Unary : FieldExpression
{
    private Unary(FieldOperator found, FieldExpression operand) => (Operator, Operand) = (found, operand);

    public FieldOperator Operator { get; }

    public FieldExpression Operand { get; }

    public override StaticType Type => Operator is FieldOperator.Exists or FieldOperator.NotExists ? StaticType.Boolean : Operand.Type;

    public override bool MayFail => Operand.MayFail || Operator is FieldOperator.Not or FieldOperator.Negate;

    public override bool ReferencesSpan => Operand.ReferencesSpan;

    public override IEnumerable<Attribute> Attributes => Operand.Attributes;

    /// <summary>The expression, or its value when it is one already.</summary>
    public static FieldExpression Create(FieldOperator found, FieldExpression operand)
    {
        var unary = new Unary(found, operand);
        return operand is Literal && unary.Problem() is null ? new Literal(unary.Apply(operand.Evaluate(null!))) : unary;
    }

    public override Static Evaluate(IFieldSource span) => Apply(Operand.Evaluate(span));

    public override void Validate()
    {
        Operand.Validate();
        if (Problem() is { } problem)
        {
            throw new TraceQLException(problem);
        }
    }

    public override string ToString() => Operator switch
    {
        FieldOperator.Exists => $"{Wrap(Operand)} != nil",
        FieldOperator.NotExists => $"{Wrap(Operand)} = nil",
        _ => Operator.Symbol() + Wrap(Operand),
    };

    private string? Problem()
    {
        if (Operator == FieldOperator.NotExists && Operand is Reference { Attribute: var attribute })
        {
            if (attribute.Intrinsic != Intrinsic.None)
            {
                return $"{attribute}=nil is not valid because intrinsics cannot be nil";
            }

            if (attribute is { Scope: AttributeScope.Resource, Name: "service.name", OfParent: false })
            {
                return $"{attribute}=nil is not valid because resource.service.name cannot be nil";
            }
        }

        var allowed = Operand.Type == StaticType.Attribute || Operator switch
        {
            FieldOperator.Negate => Operand.Type.IsNumeric(),
            FieldOperator.Not => Operand.Type == StaticType.Boolean,
            _ => true,
        };
        return allowed ? null : $"illegal operation for the given type: {this}";
    }

    private Static Apply(Static value) => Operator switch
    {
        FieldOperator.Not => value.Type == StaticType.Boolean ? Static.Of(!value.IsTrue) : throw Unexpected("a boolean", value),
        FieldOperator.Negate => value.Type switch
        {
            StaticType.Int => Static.Of(unchecked(-value.Integer)),
            StaticType.Float => Static.Of(-value.Float),
            StaticType.Duration => Static.OfDuration(unchecked(-value.Integer)),
            _ => throw Unexpected("a numeric", value),
        },
        FieldOperator.Exists => Static.Of(!value.IsNil),
        // What a search for the absence finds is shown as the word.
        _ => Static.Of(value.Type == StaticType.String && value.Text == "nil"),
    };

    private TraceQLException Unexpected(string what, Static value) => new($"expression ({this}) expected {what}, but got Type{value.Type}");
}
