using System.Text.Json;
using Grpc.Core;

namespace TempoCos.Tempo.Gateway;

/// <summary>ID tokens of an OpenID Connect issuer, for this client.</summary>
public sealed class OidcAuthentication(string tenant, OidcOptions options, OidcIssuer issuer, TimeProvider time) : IAuthentication
{
    private const string NotVerified = "failed to verify ID token";
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    public async Task<Identity> IdentifyAsync(string token, CancellationToken cancellationToken)
    {
        var claims = await VerifyAsync(token, cancellationToken);
        var subject = options.UsernameClaim.Length == 0 ? Text(claims, "sub")
            : !claims.TryGetProperty(options.UsernameClaim, out _) ? throw Bad("username cannot be empty")
            : Text(claims, options.UsernameClaim) is { Length: > 0 } name ? name
            : throw Bad("invalid username claim value");
        return new(subject, Groups(claims), token);

        static GatewayRefusedException Bad(string message) => new(StatusCodes.Status400BadRequest, StatusCode.PermissionDenied, message);
    }

    public GatewayRefusedException WithoutToken(HttpRequest request) => new(StatusCodes.Status302Found, StatusCode.Unknown, "failed to find token", $"/oidc/{tenant}/login");

    /// <summary>Where a browser is sent to log in.</summary>
    public async Task<string> LoginAsync(CancellationToken cancellationToken)
    {
        try
        {
            return $"{await issuer.LoginAddressAsync(cancellationToken)}?client_id={Uri.EscapeDataString(options.ClientId)}&redirect_uri={Uri.EscapeDataString(options.RedirectUrl)}"
                + "&response_type=code&scope=openid+profile+email+groups";
        }
        catch (Exception exception) when (IsNoAnswer(exception, cancellationToken))
        {
            throw new GatewayRefusedException(StatusCodes.Status500InternalServerError, StatusCode.Unknown, "the issuer of tokens cannot be reached");
        }
    }

    // The real one answers a token that is not good with a failure of its own.
    private async Task<JsonElement> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            if (JsonWebToken.TryParse(token) is { } parsed && await issuer.SignedAsync(parsed, cancellationToken) && IsForUs(parsed.Claims))
            {
                return parsed.Claims;
            }
        }
        catch (Exception exception) when (IsNoAnswer(exception, cancellationToken))
        {
            // Without its keys no token can be told from a forged one.
        }

        throw new GatewayRefusedException(StatusCodes.Status500InternalServerError, StatusCode.Unknown, NotVerified);
    }

    /// <summary>The issuer does not answer, not in time, or not as one.</summary>
    private static bool IsNoAnswer(Exception exception, CancellationToken asked) =>
        exception is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException || (exception is OperationCanceledException && !asked.IsCancellationRequested);

    private bool IsForUs(JsonElement claims)
    {
        var now = time.GetUtcNow();
        return Text(claims, "iss") == options.Issuer
            && Texts(claims, "aud").Contains(options.ClientId)
            && Time(claims, "exp") is { } end && end > now
            && (Time(claims, "nbf") is not { } start || start <= now + Leeway);
    }

    private IReadOnlyList<string> Groups(JsonElement claims) => options.GroupClaim.Length == 0 ? []
        : claims.TryGetProperty(options.GroupClaim, out _) ? [.. Texts(claims, options.GroupClaim)]
        : throw new GatewayRefusedException(StatusCodes.Status400BadRequest, StatusCode.PermissionDenied, "group cannot be empty");

    private static string Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static IEnumerable<string> Texts(JsonElement claims, string name) => !claims.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.ToString())
        : [value.ToString()];

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.TryGetDouble(out var seconds) ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
}
