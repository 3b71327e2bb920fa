namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Paths of certificates in a component's container, as its configuration names them.</summary>
/// <param name="Certificate">Of the server, which the operator signs for clients too.</param>
/// <param name="Key">Of it.</param>
/// <param name="ClientAuthority">Whose certificates clients must show; empty when none is asked for.</param>
/// <param name="ServerAuthority">Who signed the server's, where that is said apart; else empty.</param>
internal sealed record TlsFiles(string Certificate, string Key, string ClientAuthority, string ServerAuthority = "");
