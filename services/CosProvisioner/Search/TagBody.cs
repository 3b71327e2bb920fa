namespace TempoCos.CosProvisioner.Search;

internal sealed record TagBody(IReadOnlyList<TaggedResource> Resources, IReadOnlyList<string> TagNames);
