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
            return at < 0 ? "" : Until('/', authorization[(at + 11)..]);
        }

        if (authorization.StartsWith("AWS ", StringComparison.Ordinal))
        {
            // Signature version 2.
            return Until(':', authorization[4..]);
        }

        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return OfToken(authorization[7..].Trim());
        }

        var query = context.Request.Query;
        return query["AWSAccessKeyId"].ToString() is { Length: > 0 } id ? id : Until('/', query["X-Amz-Credential"].ToString());
    }

    private static string Until(char end, string text) => text.IndexOf(end, StringComparison.Ordinal) is var at and > 0 ? text[..at] : "";

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
