namespace TempoCos.Cluster.Operator.Manifests;

public sealed record StackPort(string Name, int Number, string Protocol = "TCP");
