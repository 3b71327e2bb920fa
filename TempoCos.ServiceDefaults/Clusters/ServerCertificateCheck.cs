using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>
/// Watches the check of the API server's certificate: says what is wrong with one, and refuses a wrong host name also where the authority is the
/// kubeconfig's own, which the library lets pass.
/// </summary>
internal sealed class ServerCertificateCheck(string host)
{
    /// <summary>What was wrong with the certificate that was seen last; null when nothing was.</summary>
    public (string Reason, string Fix)? Problem { get; private set; }

    public void Watch(SslClientAuthenticationOptions options, bool skip)
    {
        var check = options.RemoteCertificateValidationCallback;
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            if (skip)
            {
                return true;
            }

            var trusted = check?.Invoke(sender, certificate, chain, errors) ?? !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
            var named = !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
            Problem = trusted && named ? null : certificate is null ? ("it showed no certificate", "See that the address is that of a Kubernetes API server.") : Explain(certificate, trusted);
            return trusted && named;
        };
    }

    private (string Reason, string Fix) Explain(X509Certificate certificate, bool trusted)
    {
        using var shown = new X509Certificate2(certificate);
        var now = DateTime.Now;
        if (now > shown.NotAfter || now < shown.NotBefore)
        {
            return (
                now > shown.NotAfter ? $"its certificate expired at {Utc(shown.NotAfter)}" : $"its certificate is not valid before {Utc(shown.NotBefore)}",
                "Have the API server's certificate renewed (such as by `kubeadm certs renew apiserver`), and check this machine's clock.");
        }

        return trusted
            ? ($"its certificate is for {string.Join(", ", Names(shown))} and not for {host}", "Use an address that the certificate names, or set tls-server-name in the kubeconfig's cluster.")
            : ($"its certificate is from the unknown authority {shown.Issuer}",
                "Put the cluster's own authority into certificate-authority-data of the kubeconfig's cluster; renew the kubeconfig when the cluster was made anew.");
    }

    private static string[] Names(X509Certificate2 certificate)
    {
        string[] names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))];
        return names.Length > 0 ? names : [certificate.Subject];
    }

    private static string Utc(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
