namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>A tenant of the gateway.</summary>
/// <param name="Name">As it stands in the gateway's addresses.</param>
/// <param name="Id">As Tempo knows it: X-Scope-OrgID and the prefix in the bucket.</param>
internal sealed record StackTenant(string Name, string Id);
