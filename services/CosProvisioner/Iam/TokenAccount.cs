namespace TempoCos.CosProvisioner.Iam;

/// <param name="Bss">The account's id.</param>
internal sealed record TokenAccount(string? Bss);
