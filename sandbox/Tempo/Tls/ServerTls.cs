using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Tls;

/// <summary>TLS of a listener. Cipher suites that are named are accepted, and left to the platform.</summary>
public sealed record ServerTls(CertificateFiles Certificate, ClientAuthentication Clients, Authorities? ClientAuthorities, SslProtocols Versions)
{
    /// <summary><c>server.http_tls_config</c> and its like; null when nothing of it is set.</summary>
    public static ServerTls? From(ConfigurationTree tree, string path, string versionKey)
    {
        var (certificate, key, authorities, clients) = (
            tree.Text(path + ".cert_file"), tree.Text(path + ".key_file"), tree.Text(path + ".client_ca_file"), tree.Text(path + ".client_auth_type"));
        if (certificate.Length + key.Length + authorities.Length + clients.Length == 0)
        {
            return null;
        }

        var authentication = ParseClients(path + ".client_auth_type", clients);
        if (authorities.Length > 0 && authentication == ClientAuthentication.NoClientCert)
        {
            throw ConfigurationException.BadValue(path + ".client_auth_type", clients, "a way to ask for client certificates, for which client_ca_file is set");
        }

        return Create(path, certificate, key, authorities, authentication, TlsVersions.AtLeast(versionKey, tree.Text(versionKey)));
    }

    /// <summary><c>tls:</c> of an OpenTelemetry receiver, whose authority alone says that clients must show a certificate.</summary>
    public static ServerTls? OfReceiver(ConfigurationTree tree, string path)
    {
        if (!tree.Has(path))
        {
            return null;
        }

        var authorities = tree.Text(path + ".client_ca_file");
        return tree.Text(path + ".cert_file").Length + tree.Text(path + ".key_file").Length + authorities.Length == 0 ? null : Create(
            path, tree.Text(path + ".cert_file"), tree.Text(path + ".key_file"), authorities,
            authorities.Length > 0 ? ClientAuthentication.RequireAndVerifyClientCert : ClientAuthentication.NoClientCert,
            TlsVersions.AtLeast(path + ".min_version", tree.Text(path + ".min_version")));
    }

    /// <summary>From files, as flags name them.</summary>
    public static ServerTls Create(string key, string certificateFile, string keyFile, string authorityFile, ClientAuthentication clients, SslProtocols versions) => new(
        CertificateFiles.Open(key + ".cert_file", certificateFile, key + ".key_file", keyFile),
        clients,
        authorityFile.Length > 0 ? Authorities.Read(key + ".client_ca_file", authorityFile) : null,
        versions);

    public void Use(ListenOptions listener) => listener.UseHttps(https =>
    {
        https.SslProtocols = Versions;
        https.ServerCertificateSelector = (_, _) => Certificate.Current();
        https.ClientCertificateMode = Clients switch
        {
            ClientAuthentication.NoClientCert => ClientCertificateMode.NoCertificate,
            ClientAuthentication.RequireAnyClientCert or ClientAuthentication.RequireAndVerifyClientCert => ClientCertificateMode.RequireCertificate,
            _ => ClientCertificateMode.AllowCertificate,
        };
        https.ClientCertificateValidation = (certificate, chain, _) =>
            Clients is ClientAuthentication.RequestClientCert or ClientAuthentication.RequireAnyClientCert || ClientAuthorities?.TrustClient(certificate, chain) == true;
    });

    /// <summary>Which certificates are asked for; none when nothing is said.</summary>
    public static ClientAuthentication ParseClients(string key, string text) => text switch
    {
        "" => ClientAuthentication.NoClientCert,
        "RequireClientCert" => ClientAuthentication.RequireAnyClientCert,
        _ => Enum.TryParse<ClientAuthentication>(text, out var parsed) && Enum.IsDefined(parsed) && !char.IsAsciiDigit(text[0])
            ? parsed
            : throw ConfigurationException.BadValue(key, text, $"one of {string.Join(", ", Enum.GetNames<ClientAuthentication>())}"),
    };
}
