using System.Security.Cryptography;
using System.Text;
using TempoCos.Cluster.Api;

namespace TempoCos.Cluster.Access;

/// <summary>A request shows a token or a client certificate of this cluster; one that shows nothing is anonymous, and one that shows something wrong is refused.</summary>
public sealed class TokenAuthentication(ClusterToken administrator, ServiceAccountTokens accounts, ClientCertificates certificates)
{
    private const string WebSocketToken = "base64url.bearer.authorization.k8s.io.";

    private readonly byte[] expected = Encoding.UTF8.GetBytes(administrator.Value);

    /// <summary>Who asks; null for a request that may come from anybody.</summary>
    public UserInfo? Check(HttpContext context)
    {
        if (IsHealth(context.Request.Path))
        {
            return null;
        }

        // A client certificate goes first, as at the API server.
        var (certificate, token) = (context.Connection.ClientCertificate, Given(context.Request));
        return (certificate is not null ? certificates.Verify(certificate) : null)
            ?? (token is not null ? Verify(token) : null)
            ?? (certificate is null && token is null ? UserInfo.Anonymous : throw ApiException.Unauthorized());
    }

    /// <summary>Whose token it is, or null.</summary>
    public UserInfo? Verify(string token, string audience = ServiceAccountTokens.Issuer) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), expected) ? UserInfo.Administrator : accounts.Verify(token, audience);

    public static bool IsHealth(PathString path) =>
        path.StartsWithSegments("/healthz") || path.StartsWithSegments("/readyz") || path.StartsWithSegments("/livez");

    private static string? Given(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        // Clients in a browser cannot set headers on a WebSocket; Kubernetes takes the token as a sub-protocol instead.
        var offered = request.HttpContext.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(one => one.StartsWith(WebSocketToken, StringComparison.Ordinal));
        try
        {
            return offered is null ? null : Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(offered.AsSpan(WebSocketToken.Length)));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
