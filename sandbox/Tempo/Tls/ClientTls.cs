using System.Net.Security;
using System.Security.Authentication;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Tls;

/// <summary>TLS of a client. The server must show a certificate for <paramref name="ServerName"/>, or for the host when that is empty.</summary>
public sealed record ClientTls(CertificateFiles? Certificate, Authorities? ServerAuthorities, string ServerName, SslProtocols Versions)
{
    /// <summary><c>tls_*</c> beside <c>tls_enabled</c>; null when TLS is off.</summary>
    /// <param name="tree">Where it is looked for.</param>
    /// <param name="prefix">The path with its dot, such as <c>ingester_client.grpc_client_config.</c>; empty at the root.</param>
    public static ClientTls? From(ConfigurationTree tree, string prefix)
    {
        if (!tree.Boolean(prefix + "tls_enabled", false))
        {
            return null;
        }

        if (tree.Boolean(prefix + "tls_insecure_skip_verify", false))
        {
            throw ConfigurationException.BadValue(prefix + "tls_insecure_skip_verify", "true", "false: this program verifies every server");
        }

        var version = prefix + "tls_min_version";
        return Create(
            prefix, tree.Text(prefix + "tls_cert_path"), tree.Text(prefix + "tls_key_path"), tree.Text(prefix + "tls_ca_path"), tree.Text(prefix + "tls_server_name"),
            TlsVersions.AtLeast(version, tree.Text(version)));
    }

    /// <summary>From files, as flags name them.</summary>
    public static ClientTls Create(string prefix, string certificateFile, string keyFile, string authorityFile, string serverName, SslProtocols versions) => new(
        certificateFile.Length + keyFile.Length > 0 ? CertificateFiles.Open(prefix + "tls_cert_path", certificateFile, prefix + "tls_key_path", keyFile) : null,
        authorityFile.Length > 0 ? Authorities.Read(prefix + "tls_ca_path", authorityFile) : null,
        serverName,
        versions);

    public SslClientAuthenticationOptions Options() => new()
    {
        EnabledSslProtocols = Versions,
        LocalCertificateSelectionCallback = Certificate is null ? null : (_, _, _, _, _) => Certificate.Current(),
        RemoteCertificateValidationCallback = ServerAuthorities is null
            ? null
            : (_, certificate, chain, errors) => ServerAuthorities.TrustServer(certificate, chain, errors),
    };
}
