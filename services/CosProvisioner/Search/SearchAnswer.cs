namespace TempoCos.CosProvisioner.Search;

internal sealed record SearchAnswer(IReadOnlyList<FoundResource>? Items, string? SearchCursor);
