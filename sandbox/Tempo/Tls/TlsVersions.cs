using System.Security.Authentication;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Tls;

/// <summary>The least TLS version, as Go (<c>VersionTLS12</c>) and OpenTelemetry's receivers (<c>1.2</c>) write it.</summary>
internal static class TlsVersions
{
    /// <summary>The versions from the named one on; the default of Go when nothing is named.</summary>
    public static SslProtocols AtLeast(string key, string version) => version switch
    {
        "" or "VersionTLS12" or "1.2" => SslProtocols.Tls12 | SslProtocols.Tls13,
        "VersionTLS13" or "1.3" => SslProtocols.Tls13,

        // Nothing older is offered any more, also where it would be allowed.
        "VersionTLS10" or "1.0" or "VersionTLS11" or "1.1" => SslProtocols.Tls12 | SslProtocols.Tls13,
        _ => throw ConfigurationException.BadValue(key, version, "one of VersionTLS10, VersionTLS11, VersionTLS12, VersionTLS13"),
    };
}
