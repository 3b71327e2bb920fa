namespace TempoCos.CosProvisioner.Search;

internal sealed record SearchBody(string Query, IReadOnlyList<string> Fields, string? SearchCursor);
