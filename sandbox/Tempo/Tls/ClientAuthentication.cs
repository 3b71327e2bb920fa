namespace TempoCos.Tempo.Tls;

/// <summary>What a server asks of its clients' certificates; the names are Go's.</summary>
public enum ClientAuthentication
{
    NoClientCert,
    RequestClientCert,
    RequireAnyClientCert,
    VerifyClientCertIfGiven,
    RequireAndVerifyClientCert,
}
