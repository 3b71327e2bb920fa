using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace TempoCos.IbmCloud.Traffic;

/// <summary>Whom a request names as its sender, proven or not.</summary>
public static class Sender
{
    /// <summary>The access key id of a signature, or the IAM id of a token; empty for neither. No secret.</summary>
    public static string Of(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("AWS4-", StringComparison.Ordinal))
        {
            var at = authorization.IndexOf("Credential=", StringComparison.Ordinal);
            return at < 0 ? "" : UntilSlash(authorization[(at + 11)..]);
        }

        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? OfToken(authorization[7..].Trim())
            : UntilSlash(context.Request.Query["X-Amz-Credential"].ToString());
    }

    private static string UntilSlash(string text) => text.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? text[..slash] : "";

    private static string OfToken(string token)
    {
        try
        {
            return token.Split('.') is [_, var body, _] && JsonNode.Parse(Base64Url.DecodeFromChars(body))?["iam_id"]?.GetValue<string>() is { } id ? id : "";
        }
        catch (Exception exception) when (exception is FormatException or System.Text.Json.JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
