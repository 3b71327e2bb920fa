namespace TempoCos.CosProvisioner.ResourceController;

/// <param name="NextUrl">Relative; its <c>start</c> parameter leads to the next page.</param>
internal sealed record Page<T>(IReadOnlyList<T>? Resources, string? NextUrl);
