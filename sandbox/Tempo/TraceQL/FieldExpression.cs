namespace TempoCos.Tempo.TraceQL;

/// <summary>An expression over one span.</summary>
public abstract record FieldExpression
{
    public sealed record Literal(Static Value) : FieldExpression
    {
        public override string ToString() => Value.ToString();
    }

    public sealed record Reference(Attribute Attribute) : FieldExpression
    {
        public override string ToString() => Attribute.ToString();
    }

    public sealed record Unary(FieldOperator Operator, FieldExpression Operand) : FieldExpression
    {
        public override string ToString() => Operator.Symbol() + Wrap(Operand);
    }

    public sealed record Binary(FieldOperator Operator, FieldExpression Left, FieldExpression Right) : FieldExpression
    {
        /// <summary>The pattern of a regex operator, compiled once.</summary>
        public System.Text.RegularExpressions.Regex? Pattern { get; init; }

        public override string ToString() => $"{Wrap(Left)} {Operator.Symbol()} {Wrap(Right)}";
    }

    /// <summary>All attributes that the expression reads.</summary>
    public IEnumerable<Attribute> Attributes => this switch
    {
        Reference reference => [reference.Attribute],
        Unary unary => unary.Operand.Attributes,
        Binary binary => binary.Left.Attributes.Concat(binary.Right.Attributes),
        _ => [],
    };

    private static string Wrap(FieldExpression expression) => expression is Binary ? $"({expression})" : expression.ToString();
}
