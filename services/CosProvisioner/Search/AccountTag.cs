namespace TempoCos.CosProvisioner.Search;

internal sealed record AccountTag(string Name);
