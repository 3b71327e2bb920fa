using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Iam;

/// <summary>Tokens by API key, their refresh, and the documents around them.</summary>
public sealed partial class IamEndpoints(
    TokenIssuer tokens, CallerIdentity callers, CloudState state, FaultGate faults, KnobPanel knobs, TimeProvider time, ILogger<IamEndpoints> logger)
{
    private const string Missing = "BXNIM0109E";
    private const string UnknownKey = "BXNIM0415E";

    public async Task HandleAsync(HttpContext context, string[] path)
    {
        var started = time.GetUtcNow();
        var transaction = context.Request.Headers["X-Request-ID"].ToString() is { Length: > 0 } given ? given : Guid.NewGuid().ToString("n");
        context.Response.Headers["Transaction-Id"] = transaction;
        try
        {
            await faults.PassAsync(context);
            await ((context.Request.Method, path) switch
            {
                ("POST", ["identity" or "oidc", "token"]) => IssueAsync(context),
                ("GET", ["v1", "apikeys", "details"]) => DescribeKeyAsync(context),
                ("GET", ["identity", "keys"]) => WriteKeysAsync(context),
                ("GET", ["identity", ".well-known", "openid-configuration"]) => WriteConfigurationAsync(context),
                _ => throw new ApiException(StatusCodes.Status404NotFound, "BXNIM0101E", "The requested path does not exist."),
            });
        }
        catch (ApiException refusal)
        {
            Exchange.Of(context).Code = refusal.Code;
            Log.Refused(logger, refusal.Status, refusal.Code);
            var type = $"incoming.{string.Join('_', path.Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]))}";
            await context.WriteJsonAsync(
                refusal.Status, new IamError(refusal.Code, refusal.Message, IamErrorContext.Of(context, transaction, type, started, time.GetUtcNow())), IamJson.Default.IamError);
        }
    }

    private async Task IssueAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            throw MissingProperty("grant_type");
        }

        var client = ClientOf(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var grant = form["grant_type"].ToString();
        var identity = grant switch
        {
            "urn:ibm:params:oauth:grant-type:apikey" => IdentityOfKey(form["apikey"].ToString()),
            "refresh_token" => IdentityOfRefreshToken(form["refresh_token"].ToString()),
            "" => throw MissingProperty("grant_type"),
            _ => throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0108E", $"Provided grant_type {grant} is not supported."),
        };
        context.Response.Headers.CacheControl = "no-cache, no-store, must-revalidate";
        context.Response.Headers.Pragma = "no-cache";
        await context.WriteJsonAsync(StatusCodes.Status200OK, tokens.Issue(identity, client, grant), IamJson.Default.TokenResponse);
    }

    /// <summary>The id of the client that signs in with credentials of its own; null for none.</summary>
    private static string? ClientOf(HttpContext context)
    {
        const string Scheme = "Basic ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            // The pair of IBM's own command line and SDKs; no other is registered here.
            return Encoding.UTF8.GetString(Convert.FromBase64String(header[Scheme.Length..].Trim())) == "bx:bx"
                ? "bx"
                : throw new ApiException(StatusCodes.Status401Unauthorized, "BXNIM0121E", "Client authentication failed: the client id or its secret is wrong.");
        }
        catch (FormatException)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0120E", "The Authorization header is no valid Basic authentication.");
        }
    }

    private IamIdentity IdentityOfKey(string apiKey) =>
        apiKey.Length == 0
            ? throw MissingProperty("apikey")
            : state.IdentityOfApiKey(apiKey) ?? throw new ApiException(knobs.Current.BadKeyStatus, UnknownKey, "Provided API key could not be found.");

    private IamIdentity IdentityOfRefreshToken(string token)
    {
        if (token.Length == 0)
        {
            throw MissingProperty("refresh_token");
        }

        return tokens.ValidateRefresh(token) is { } identity && callers.Exists(identity)
            ? identity
            : throw new ApiException(knobs.Current.BadKeyStatus, "BXNIM0408E", "Provided refresh token is invalid or expired.");
    }

    private Task DescribeKeyAsync(HttpContext context)
    {
        var caller = callers.Of(context)
            ?? throw new ApiException(StatusCodes.Status401Unauthorized, "BXNIM0407E", "Provided token is invalid.");
        var apiKey = context.Request.Headers["IAM-ApiKey"].ToString();
        if (apiKey.Length == 0)
        {
            throw MissingProperty("IAM-ApiKey");
        }

        var details = state.DescribeApiKey(apiKey);
        return details is not null && details.AccountId == caller.AccountId
            ? context.WriteJsonAsync(StatusCodes.Status200OK, details, IamJson.Default.ApiKeyDetails)
            : throw new ApiException(StatusCodes.Status404NotFound, UnknownKey, "Provided API key could not be found.");
    }

    private Task WriteKeysAsync(HttpContext context)
    {
        var key = tokens.PublicKey();
        return context.WriteJsonAsync(
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["kid"] = TokenIssuer.KeyId,
                    ["alg"] = "RS256",
                    ["n"] = Base64Url.EncodeToString(key.Modulus),
                    ["e"] = Base64Url.EncodeToString(key.Exponent),
                }),
            },
            IamJson.Default.JsonObject);
    }

    private static Task WriteConfigurationAsync(HttpContext context)
    {
        var root = $"{context.Request.Scheme}://{context.Request.Host}/_/iam/identity";
        return context.WriteJsonAsync(
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["issuer"] = TokenIssuer.Issuer,
                ["token_endpoint"] = $"{root}/token",
                ["jwks_uri"] = $"{root}/keys",
                ["grant_types_supported"] = new JsonArray("urn:ibm:params:oauth:grant-type:apikey", "refresh_token"),
                ["response_types_supported"] = new JsonArray("cloud_iam"),
                ["subject_types_supported"] = new JsonArray("public"),
                ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
                ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic"),
            },
            IamJson.Default.JsonObject);
    }

    private static ApiException MissingProperty(string name) => new(StatusCodes.Status400BadRequest, Missing, $"Property missing or empty: {name}");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "IAM refused a request with {Status} {Code}")]
        public static partial void Refused(ILogger logger, int status, string code);
    }
}
