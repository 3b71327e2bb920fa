namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>What a name before a dot stands for where it is no value: <c>sets.contains(a, b)</c>.</summary>
public sealed class RuleNamespace;
