using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>Signature version 4: canonical request, string to sign, signing key.</summary>
public static class SignatureV4
{
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const int MostCachedKeys = 256;
    private static readonly ConcurrentDictionary<(string Secret, string Scope), byte[]> SigningKeys = new();

    /// <summary>The signature that the request should carry.</summary>
    public static string Sign(S3Request request, SignedClaim claim, string payloadHash, byte[] signingKey)
    {
        var canonical = Encoding.UTF8.GetBytes(CanonicalRequest(request, claim, payloadHash));
        var hash = Convert.ToHexStringLower(SHA256.HashData(canonical));
        return SignText(signingKey, $"{SignedClaim.Algorithm}\n{claim.Timestamp}\n{claim.Scope}\n{hash}");
    }

    public static string SignText(byte[] signingKey, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(text)));

    /// <summary>Derives the key of a scope; any region is taken as it is.</summary>
    public static byte[] SigningKey(string secret, string scope)
    {
        if (SigningKeys.TryGetValue((secret, scope), out var key))
        {
            return key;
        }

        key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        if (SigningKeys.Count >= MostCachedKeys)
        {
            SigningKeys.Clear();
        }

        SigningKeys[(secret, scope)] = key;
        return key;
    }

    public static bool AreEqual(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(given));

    private static string CanonicalRequest(S3Request request, SignedClaim claim, string payloadHash)
    {
        var text = new StringBuilder(512);
        text.Append(request.Context.Request.Method).Append('\n');
        text.Append(Uri.EscapeDataString(request.Path).Replace("%2F", "/", StringComparison.Ordinal)).Append('\n');
        AppendQuery(text, request.Query, claim.Presigned);
        text.Append('\n');
        foreach (var name in claim.SignedHeaders)
        {
            text.Append(name).Append(':').Append(HeaderValue(request, name)).Append('\n');
        }

        text.Append('\n').AppendJoin(';', claim.SignedHeaders).Append('\n').Append(payloadHash);
        return text.ToString();
    }

    private static void AppendQuery(StringBuilder text, S3Query query, bool presigned)
    {
        var encoded = query.Parameters
            .Where(pair => !(presigned && pair.Key == "X-Amz-Signature"))
            .Select(pair => (Name: Uri.EscapeDataString(pair.Key), Value: Uri.EscapeDataString(pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal);
        var first = true;
        foreach (var (name, value) in encoded)
        {
            if (!first)
            {
                text.Append('&');
            }

            text.Append(name).Append('=').Append(value);
            first = false;
        }
    }

    private static string HeaderValue(S3Request request, string name)
    {
        if (!request.Context.Request.Headers.TryGetValue(name, out var values))
        {
            return "";
        }

        return string.Join(',', values.Select(value => Collapse(value ?? "")));
    }

    private static string Collapse(string value)
    {
        var trimmed = value.Trim();
        return trimmed.Contains("  ", StringComparison.Ordinal)
            ? string.Join(' ', trimmed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : trimmed;
    }
}
