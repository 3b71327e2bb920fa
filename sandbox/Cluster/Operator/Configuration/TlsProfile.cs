namespace TempoCos.Cluster.Operator.Configuration;

/// <summary>What TLS has to be where nothing else is asked for: the operator's own default, Modern.</summary>
public static class TlsProfile
{
    public const string MinVersion = "VersionTLS13";
    public const string ShortMinVersion = "1.3";
    public const string Ciphers = "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256";
}
