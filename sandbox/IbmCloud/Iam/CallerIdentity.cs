using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.Iam;

/// <summary>Finds out who sent a request with a bearer token.</summary>
public sealed class CallerIdentity(TokenIssuer tokens, CloudState state)
{
    private const string Scheme = "Bearer ";

    /// <summary>Null when the token is missing, forged, expired, or its service id is gone.</summary>
    public IamIdentity? Of(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && tokens.Validate(header[Scheme.Length..].Trim()) is { } identity && Exists(identity) ? identity : null;
    }

    /// <summary>Why <see cref="Of"/> knows nobody, in the words of the resource controller.</summary>
    public string Complaint(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? "Authorization header is missing or has no bearer token"
            : tokens.IsExpired(header[Scheme.Length..].Trim()) ? "Token is expired"
            : "Token is invalid";
    }

    /// <summary>Whether the user, or the service id behind a resource key, is still there.</summary>
    public bool Exists(IamIdentity identity) => !identity.IsServiceId || state.KeyOfServiceId(identity.IamId) is not null;
}
