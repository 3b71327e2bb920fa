namespace TempoCos.Cluster.Access.Rbac;

/// <summary>Whether a request is allowed, by which binding, or what stood in the way of finding out.</summary>
public sealed record Decision(bool Allowed, string Reason);
