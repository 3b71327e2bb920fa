namespace TempoCos.Cluster.Api.Storage;

/// <summary>Where an object lives: its group-resource (<c>deployments.apps</c>), its namespace ("" for cluster-wide ones) and its name.</summary>
public sealed record ObjectKey(string Resource, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? $"{Resource}/{Name}" : $"{Resource}/{Namespace}/{Name}";
}
