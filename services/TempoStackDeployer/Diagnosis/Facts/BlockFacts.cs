namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <param name="Name">Tenant and block id.</param>
/// <param name="Problems">What is wrong, one sentence each; empty for a sound block.</param>
internal sealed record BlockFacts(string Name, IReadOnlyList<string> Problems);
