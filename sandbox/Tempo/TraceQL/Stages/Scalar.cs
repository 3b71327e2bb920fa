namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>One number for a spanset. More is parsed and checked than can be carried out, as in Tempo.</summary>
public abstract class Scalar
{
    public abstract StaticType Type { get; }

    public abstract IEnumerable<Attribute> Attributes { get; }

    public abstract void Validate();

    protected internal static string Wrap(Scalar scalar) => scalar is Number ? scalar.ToString()! : $"({scalar})";
}
