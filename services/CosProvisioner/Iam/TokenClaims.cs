namespace TempoCos.CosProvisioner.Iam;

/// <param name="Iat">Unix time at which IAM issued the token.</param>
internal sealed record TokenClaims(TokenAccount? Account, long? Iat = null);
