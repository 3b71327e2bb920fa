namespace TempoCos.Cluster.Access.Rbac;

/// <summary>The rules that one binding gives to a user.</summary>
public sealed record Grant(string Reason, IReadOnlyList<PolicyRule> Rules, string? Missing = null);
