using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace TempoCos.CosProvisioner.Http;

/// <summary>Tells apart why there is no answer, from what .NET throws and from answers that are somebody else's.</summary>
internal static class ConnectionFailure
{
    public static (NoAnswer Cause, string Why) Explain(Exception exception, Uri? address) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } refused =>
            (NoAnswer.Proxy, $"the proxy {Name(ProxyOf(address))} opens no tunnel{(StatusOf(refused) is { } status ? $" (status {status})" : "")}"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } when ProxyOf(address) is { } proxy =>
            (NoAnswer.Proxy, $"the proxy {Name(proxy)} cannot be reached: {Why(exception)}"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException untrusted } =>
            (NoAnswer.Certificate, Sentence(untrusted)),
        _ => (NoAnswer.Unreachable, Why(exception)),
    };

    /// <summary>What an answer says of a proxy that gave it in place of the system; null for the system's own.</summary>
    public static string? OfProxy(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        407 => $"a proxy asks for credentials ({string.Join(", ", response.Headers.ProxyAuthenticate.Select(challenge => challenge.Scheme))})",
        >= 200 and < 500 when response.Content.Headers.ContentType is MediaTypeHeaderValue { MediaType: "text/html" } =>
            $"something else answered in its place, with a page of HTML (status {(int)response.StatusCode})",
        _ => null,
    };

    /// <summary>Scheme, host and port: an address may carry credentials, which .NET counts to its authority.</summary>
    public static string Name(Uri? address) => address?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? "";

    // .NET tells the status in its text only, beside the proxy's address.
    private static string? StatusOf(HttpRequestException exception) =>
        exception.StatusCode is { } status ? $"{(int)status}" : exception.Message.Split('\'').FirstOrDefault(part => part.Length == 3 && part.All(char.IsAsciiDigit));

    private static Uri? ProxyOf(Uri? address) => address is null || HttpClient.DefaultProxy.IsBypassed(address) ? null : HttpClient.DefaultProxy.GetProxy(address);

    private static string Why(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host name does not resolve",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS could not be established",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        TimeoutException => exception.Message,
        _ => Sentence(exception.GetBaseException()),
    };

    private static string Sentence(Exception exception) => exception.Message.TrimEnd('.');
}
