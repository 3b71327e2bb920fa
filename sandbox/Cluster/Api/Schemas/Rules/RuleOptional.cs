namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>oldSelf where there may be none.</summary>
public sealed record RuleOptional(bool HasValue, object? Value);
