namespace TempoCos.CosProvisioner.Iam;

internal sealed record TokenClaims(TokenAccount? Account);
