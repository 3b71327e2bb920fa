namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>A port that components open and services offer, by the same name.</summary>
public sealed record StackPort(string Name, int Number, string Protocol = "TCP");
