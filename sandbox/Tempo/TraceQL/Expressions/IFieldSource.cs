namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>Where an expression finds the values of its attributes.</summary>
public interface IFieldSource
{
    /// <summary>Nil when there is none.</summary>
    Static Value(Attribute attribute);
}
