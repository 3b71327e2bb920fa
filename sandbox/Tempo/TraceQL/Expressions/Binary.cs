namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>Two fields and what is between them.</summary>
public sealed class Binary : FieldExpression
{
    private ValuePattern? _pattern;

    private Binary(FieldOperator found, FieldExpression left, FieldExpression right) => (Operator, Left, Right, MayFail) = (found, left, right, left.MayFail || right.MayFail || found.IsArithmetic());

    public override bool MayFail { get; }

    public FieldOperator Operator { get; }

    public FieldExpression Left { get; }

    public FieldExpression Right { get; }

    public override StaticType Type =>
        Operator.IsLogical() || Operator.IsComparison() ? StaticType.Boolean : Left.Type != StaticType.Attribute ? Left.Type : Right.Type;

    public override bool ReferencesSpan => Left.ReferencesSpan || Right.ReferencesSpan;

    public override IEnumerable<Attribute> Attributes => Left.Attributes.Concat(Right.Attributes);

    /// <summary>The expression, or its value when it is one already.</summary>
    public static FieldExpression Create(FieldOperator found, FieldExpression left, FieldExpression right)
    {
        var binary = new Binary(found, WithoutLeadingZeros(left, right), WithoutLeadingZeros(right, left));
        return binary.Left is Literal && binary.Right is Literal && binary.Problem() is null ? new Literal(binary.Evaluate(null!)) : binary;
    }

    public override Static Evaluate(IFieldSource span)
    {
        var left = Left.Evaluate(span);
        // A failure on the right side shows, whatever the left one says.
        if (left.Type == StaticType.Boolean && !Right.MayFail && (left.IsTrue ? Operator == FieldOperator.Or : Operator == FieldOperator.And))
        {
            return left;
        }

        return Operations.Apply(Operator, left, Right.Evaluate(span), ref _pattern);
    }

    public override void Validate()
    {
        Left.Validate();
        Right.Validate();
        if (Problem() is { } problem)
        {
            throw new TraceQLException(problem);
        }
    }

    public override string ToString() => $"{Wrap(Left)} {Operator.Symbol()} {Wrap(Right)}";

    private string? Problem()
    {
        if (!Left.Type.Matches(Right.Type))
        {
            return $"binary operations must operate on the same type: {this}";
        }

        if (!Left.Type.Allows(Operator) || !Right.Type.Allows(Operator))
        {
            return $"illegal operation for the given types: {this}";
        }

        return Operator.IsRegex() && !ValuePattern.IsValid(Right is Literal { Value: var value } ? value.Display : Right.ToString()!) ? $"invalid regex: {Right}" : null;
    }

    // Trace ids are stored whole and shown without their leading zeros.
    private static FieldExpression WithoutLeadingZeros(FieldExpression operand, FieldExpression other) =>
        operand is Literal { Value: { Type: StaticType.String } id } && other is Reference { Attribute.Intrinsic: Intrinsic.TraceId }
            ? new Literal(Static.Of(id.Text.TrimStart('0')))
            : operand;
}
