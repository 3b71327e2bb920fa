namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>An expression over one span.</summary>
public abstract class FieldExpression
{
    /// <summary>What it evaluates to, as far as it is known before spans are read.</summary>
    public abstract StaticType Type { get; }

    /// <summary>Whether it has any attribute or intrinsic in it.</summary>
    public abstract bool ReferencesSpan { get; }

    /// <summary>Whether there are values on which it cannot be evaluated.</summary>
    public virtual bool MayFail => false;

    /// <summary>Its value on a span.</summary>
    /// <exception cref="TraceQLException">The span's value is of a type that an operator before it cannot take.</exception>
    public abstract Static Evaluate(IFieldSource span);

    /// <exception cref="TraceQLException">It makes no sense.</exception>
    public abstract void Validate();

    public abstract IEnumerable<Attribute> Attributes { get; }

    /// <summary>As an operand: in brackets when it is more than one word.</summary>
    protected static string Wrap(FieldExpression expression) => expression is Literal or Reference ? expression.ToString()! : $"({expression})";
}
