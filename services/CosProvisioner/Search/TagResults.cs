namespace TempoCos.CosProvisioner.Search;

internal sealed record TagResults(IReadOnlyList<TaggedResource>? Results);
