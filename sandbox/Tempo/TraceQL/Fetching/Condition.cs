namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>An attribute that a query reads and, when there is an operator, which of its values it wants.</summary>
public sealed record Condition(Attribute Attribute, FieldOperator Operator = FieldOperator.None, Static Operand = default);
