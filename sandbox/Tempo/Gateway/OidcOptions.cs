namespace TempoCos.Tempo.Gateway;

/// <summary>An OpenID Connect issuer, and what of its tokens says who somebody is.</summary>
public sealed record OidcOptions(string Issuer, string ClientId, string RedirectUrl, string UsernameClaim, string GroupClaim, string AuthorityFile);
