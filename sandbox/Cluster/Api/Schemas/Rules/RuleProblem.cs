namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>Why an expression is no rule: it is wrong, or (foreign) it is right as far as can be told, but this cluster cannot evaluate it.</summary>
public sealed record RuleProblem(string Message, bool IsForeign);
