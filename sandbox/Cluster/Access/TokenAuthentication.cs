using System.Security.Cryptography;
using System.Text;
using TempoCos.Cluster.Api;

namespace TempoCos.Cluster.Access;

/// <summary>Every request needs the token of the kubeconfig, except those that ask for health.</summary>
public sealed class TokenAuthentication(string token)
{
    private const string WebSocketToken = "base64url.bearer.authorization.k8s.io.";

    private readonly byte[] expected = Encoding.UTF8.GetBytes(token);

    public void Check(HttpContext context)
    {
        if (!IsHealth(context.Request.Path) && !(Given(context.Request) is { } given && CryptographicOperations.FixedTimeEquals(given, expected)))
        {
            throw ApiException.Unauthorized();
        }
    }

    public static bool IsHealth(PathString path) =>
        path.StartsWithSegments("/healthz") || path.StartsWithSegments("/readyz") || path.StartsWithSegments("/livez");

    private static byte[]? Given(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.UTF8.GetBytes(header["Bearer ".Length..].Trim());
        }

        // Clients in a browser cannot set headers on a WebSocket; Kubernetes takes the token as a sub-protocol instead.
        var offered = request.HttpContext.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(one => one.StartsWith(WebSocketToken, StringComparison.Ordinal));
        return offered is null ? null : System.Buffers.Text.Base64Url.DecodeFromChars(offered.AsSpan(WebSocketToken.Length));
    }
}
