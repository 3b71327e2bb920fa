using System.Text.RegularExpressions;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Which operators go with which types, and what of an expression is known before any span is read.</summary>
public static class TypeRules
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(5);

    public static Attribute Supported(Attribute attribute) =>
        attribute.Scope == AttributeScope.Parent ? throw new TraceQLException("parent not yet supported")
        : attribute.Intrinsic == Intrinsic.Parent ? throw new TraceQLException("intrinsic (parent) not yet supported")
        : attribute;

    public static StaticType TypeOf(FieldExpression expression) => expression switch
    {
        FieldExpression.Literal literal => literal.Value.Type,
        FieldExpression.Reference { Attribute: { Scope: AttributeScope.Intrinsic } attribute } => Intrinsics.TypeOf(attribute.Intrinsic),
        FieldExpression.Unary { Operator: FieldOperator.Not } => StaticType.Bool,
        FieldExpression.Unary unary => TypeOf(unary.Operand),
        FieldExpression.Binary binary when binary.Operator.IsComparison() || binary.Operator.IsLogical() => StaticType.Bool,
        FieldExpression.Binary binary => Arithmetic(TypeOf(binary.Left), TypeOf(binary.Right)),
        _ => StaticType.Any,
    };

    public static FieldExpression Binary(FieldOperator found, FieldExpression left, FieldExpression right)
    {
        var expression = new FieldExpression.Binary(found, left, right);
        var (leftType, rightType) = (TypeOf(left), TypeOf(right));
        if (leftType == StaticType.Nil || rightType == StaticType.Nil)
        {
            CheckNil(expression);
            return expression;
        }

        if (!Match(leftType, rightType))
        {
            throw new TraceQLException($"binary operations must operate on the same type: {expression}");
        }

        if (!Allows(found, leftType) || !Allows(found, rightType))
        {
            throw new TraceQLException($"illegal operation for the given types: {expression}");
        }

        if (found.IsRegex())
        {
            return right is FieldExpression.Literal pattern
                ? expression with { Pattern = Compile(pattern.Value.Text) }
                : throw new TraceQLException($"illegal operation for the given types: {expression}");
        }

        return left is FieldExpression.Literal a && right is FieldExpression.Literal b && FieldEvaluator.Apply(found, a.Value, b.Value) is { } folded
            ? new FieldExpression.Literal(folded)
            : expression;
    }

    public static FieldExpression Unary(FieldOperator found, FieldExpression operand)
    {
        var type = TypeOf(operand);
        var allowed = found == FieldOperator.Not ? type is StaticType.Any or StaticType.Bool : type is StaticType.Any or StaticType.Int or StaticType.Float or StaticType.Duration;
        if (!allowed)
        {
            throw new TraceQLException($"illegal operation for the given type: {new FieldExpression.Unary(found, operand)}");
        }

        return operand is FieldExpression.Literal { Value: var value } && FieldEvaluator.Apply(found, value) is { } folded
            ? new FieldExpression.Literal(folded)
            : new FieldExpression.Unary(found, operand);
    }

    public static FieldExpression Condition(FieldExpression condition) => TypeOf(condition) is StaticType.Any or StaticType.Bool
        ? condition
        : throw new TraceQLException($"span filter field expressions must resolve to a boolean: {{ {condition} }}");

    public static FieldExpression Grouping(FieldExpression key) => key.Attributes.Any()
        ? key
        : throw new TraceQLException($"grouping field expressions must reference the span: by({key})");

    public static FieldExpression Aggregated(AggregateKind kind, FieldExpression of)
    {
        var text = $"{kind.ToString().ToLowerInvariant()}({of})";
        return TypeOf(of) is not (StaticType.Any or StaticType.Int or StaticType.Float or StaticType.Duration)
            ? throw new TraceQLException($"aggregate field expressions must resolve to a number type: {text}")
            : of.Attributes.Any() ? of : throw new TraceQLException($"aggregate field expressions must reference the span: {text}");
    }

    private static void CheckNil(FieldExpression.Binary expression)
    {
        if (expression.Operator is not (FieldOperator.Equal or FieldOperator.NotEqual))
        {
            throw new TraceQLException($"illegal operation for the given types: {expression}");
        }

        var other = TypeOf(expression.Left) == StaticType.Nil ? expression.Right : expression.Left;
        if (expression.Operator == FieldOperator.Equal && other is FieldExpression.Reference { Attribute: var attribute }
            && (attribute.Scope == AttributeScope.Intrinsic || attribute is { Scope: AttributeScope.Resource, Name: "service.name" }))
        {
            throw new TraceQLException($"{attribute}=nil is not valid because intrinsics cannot be nil");
        }
    }

    private static StaticType Arithmetic(StaticType left, StaticType right) =>
        left == StaticType.Any || right == StaticType.Any ? StaticType.Any
        : left == StaticType.Duration || right == StaticType.Duration ? StaticType.Duration
        : left == StaticType.Float || right == StaticType.Float ? StaticType.Float
        : left;

    private static bool Match(StaticType left, StaticType right) =>
        left == StaticType.Any || right == StaticType.Any || left == right || (IsNumber(left) && IsNumber(right));

    private static bool IsNumber(StaticType type) => type is StaticType.Int or StaticType.Float or StaticType.Duration;

    private static bool Allows(FieldOperator found, StaticType type) => type switch
    {
        StaticType.Any => true,
        StaticType.Bool => found.IsLogical() || found is FieldOperator.Equal or FieldOperator.NotEqual,
        StaticType.String => found.IsComparison(),
        StaticType.Status or StaticType.Kind => found is FieldOperator.Equal or FieldOperator.NotEqual,
        _ => !found.IsLogical() && !found.IsRegex(),
    };

    private static Regex Compile(string pattern)
    {
        try
        {
            // Go writes named groups with a P.
            var translated = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
            return new($@"\A(?:{translated})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new TraceQLException($"invalid regex: `{pattern}`");
        }
    }
}
