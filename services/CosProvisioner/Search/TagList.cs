namespace TempoCos.CosProvisioner.Search;

internal sealed record TagList(IReadOnlyList<AccountTag>? Items);
