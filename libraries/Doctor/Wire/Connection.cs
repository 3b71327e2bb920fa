using System.Net.Sockets;
using System.Security.Authentication;

namespace TempoCos.Doctor.Wire;

/// <summary>Why there was no answer, in words.</summary>
/// <param name="Kind">Stable: dns, refused, timeout, tls-untrusted, tls, proxy, connection.</param>
internal sealed record Connection(string Kind, string Message, string Fix)
{
    private const string CheckAddress = "Check the endpoint, the network between here and there, and firewalls; private and direct endpoints answer inside IBM Cloud only.";

    /// <summary>Null for what is not a failure to connect.</summary>
    public static Connection? Of(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new(
            "dns", "the host name does not resolve", "Check the spelling of the endpoint, and that this network's DNS knows it: private and direct endpoints resolve inside IBM Cloud only."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } failed when IsUntrusted(failed) => new(
            "tls-untrusted",
            "the server's certificate is not trusted",
            "Give the store's authority to Tempo (the TempoStack's spec.storage.tls.caName, or storage.trace.s3.tls_ca_path) and to this machine; if a proxy breaks TLS open, take the store out of it."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } failed => new(
            "tls", $"TLS cannot be established: {Innermost(failed)}", "If the store speaks plain http at this port, write http:// and disable TLS in the TempoStack; else look for a proxy in the way."),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } failed => new(
            "proxy", $"the proxy does not let it through: {Innermost(failed)}", "Except the store from the proxy with NO_PROXY, here and for Tempo's pods, or allow it there."),
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => new(
            "refused", "the connection is refused: nobody listens at that port", CheckAddress),
        TimeoutException => new("timeout", exception.Message, CheckAddress),
        HttpRequestException { InnerException: TimeoutException or OperationCanceledException } => new("timeout", "no connection within 5 s", CheckAddress),
        HttpRequestException or IOException => new("connection", $"the connection breaks: {Innermost(exception)}", CheckAddress),
        _ => null,
    };

    private static bool IsUntrusted(Exception exception) =>
        exception.GetBaseException() is AuthenticationException failed && failed.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase);

    private static string Innermost(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');
}
