using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Connections of a way, with TLS where it asks for it.</summary>
internal static class UpstreamHandler
{
    private const string AlternativeNames = "2.5.29.17";
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);

    public static SocketsHttpHandler Create(Way way)
    {
        var upstream = way.Upstream!;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,

            // A connection whose other end is gone without a word is noticed, and one that is idle is kept by whatever stands between.
            KeepAlivePingDelay = PingAfter,
            KeepAlivePingTimeout = PingAfter,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (_, cancellationToken) => ConnectAsync(way, cancellationToken),
        };
        if (upstream.Base.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                LocalCertificateSelectionCallback = upstream.Tls is { IsMutual: true } ? (_, _, _, _, _) => upstream.Tls.Certificate! : null,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Verify(way, certificate, chain, errors),
            };
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(Way way, CancellationToken cancellationToken)
    {
        try
        {
            if (way.Upstream!.Tls is { } tls)
            {
                await tls.RefreshAsync(cancellationToken);
            }

            return await way.Upstream.Connect(cancellationToken);
        }
        catch (ReachFaultException exception)
        {
            way.Fault = exception.Fault;
            throw;
        }
    }

    private static bool Verify(Way way, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var shown = certificate as X509Certificate2;
        var isNamed = !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        if (shown is not null && isNamed && (way.Upstream!.Tls?.Trusts(shown, chain) ?? errors == SslPolicyErrors.None))
        {
            return true;
        }

        way.Fault = new ReachFault(
            Codes.OtherCertificate,
            way.Upstream!.Base.Host,
            shown is null ? "The server shows no certificate"
                : !isNamed ? $"The certificate that the server shows is for another name: {Names(shown)}"
                : $"The certificate that the server shows is not from an authority that is trusted, but from {shown.Issuer}, valid until {shown.NotAfter:u}",
            way.Upstream.Tls is null
                ? "Have the host's certificate corrected, or its authority trusted by this machine (SSL_CERT_FILE)."
                : "See whether the pods have taken the operator's new certificates; restart them if not.",
            false);
        return false;
    }

    private static string Names(X509Certificate2 certificate) =>
        certificate.Extensions[AlternativeNames] is { } extension
            ? string.Join(", ", new X509SubjectAlternativeNameExtension(extension.RawData).EnumerateDnsNames())
            : certificate.Subject;
}
