namespace TempoCos.IbmCloud.Iam;

/// <summary>The answer of the token endpoint.</summary>
public sealed record TokenResponse(string AccessToken, string RefreshToken, string TokenType, long ExpiresIn, long Expiration, string Scope);
