using System.Buffers.Text;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Iam;

/// <summary>Tokens by API key, their refresh, and the documents around them.</summary>
public sealed partial class IamEndpoints(TokenIssuer tokens, CallerIdentity callers, CloudState state, FaultGate faults, ILogger<IamEndpoints> logger)
{
    public async Task HandleAsync(HttpContext context, string[] path)
    {
        var transaction = Guid.NewGuid().ToString("n");
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
            await context.WriteJsonAsync(
                refusal.Status, new IamError(refusal.Code, refusal.Message, new IamErrorContext(transaction, "https://iam.cloud.ibm.com")), IamJson.Default.IamError);
        }
    }

    private async Task IssueAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0109E", "Property missing or empty: grant_type");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var identity = form["grant_type"].ToString() switch
        {
            "urn:ibm:params:oauth:grant-type:apikey" => IdentityOfKey(form["apikey"].ToString()),
            "refresh_token" => tokens.ValidateRefresh(form["refresh_token"].ToString())
                ?? throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0408E", "Provided refresh token is invalid or expired."),
            "" => throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0109E", "Property missing or empty: grant_type"),
            _ => throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0108E", "Provided grant_type is not supported."),
        };
        var hasClient = context.Request.Headers.Authorization.ToString().StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);
        context.Response.Headers.CacheControl = "no-cache, no-store, must-revalidate";
        await context.WriteJsonAsync(StatusCodes.Status200OK, tokens.Issue(identity, refreshable: hasClient), IamJson.Default.TokenResponse);
    }

    private IamIdentity IdentityOfKey(string apiKey) =>
        apiKey.Length == 0
            ? throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0109E", "Property missing or empty: apikey")
            : state.IdentityOfApiKey(apiKey)
                ?? throw new ApiException(StatusCodes.Status400BadRequest, "BXNIM0415E", "Provided API key could not be found.");

    private Task DescribeKeyAsync(HttpContext context)
    {
        var caller = callers.Of(context)
            ?? throw new ApiException(StatusCodes.Status401Unauthorized, "BXNIM0407E", "Provided token is invalid.");
        var identity = IdentityOfKey(context.Request.Headers["IAM-ApiKey"].ToString());
        if (identity.AccountId != caller.AccountId)
        {
            throw new ApiException(StatusCodes.Status404NotFound, "BXNIM0415E", "Provided API key could not be found.");
        }

        return context.WriteJsonAsync(
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["id"] = "ApiKey-" + identity.IamId,
                ["entity_tag"] = "1",
                ["locked"] = false,
                ["disabled"] = false,
                ["name"] = "sandbox",
                ["iam_id"] = identity.IamId,
                ["account_id"] = identity.AccountId,
            },
            IamJson.Default.JsonObject);
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
                    ["kid"] = "sandbox",
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
            new JsonObject { ["issuer"] = TokenIssuer.Issuer, ["token_endpoint"] = $"{root}/token", ["jwks_uri"] = $"{root}/keys" },
            IamJson.Default.JsonObject);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "IAM refused a request with {Status} {Code}")]
        public static partial void Refused(ILogger logger, int status, string code);
    }
}
