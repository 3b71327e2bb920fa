using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>What a bearer token says of itself, where it is a JSON Web Token.</summary>
internal static class JsonWebToken
{
    /// <summary>When it runs out; null when it does not say.</summary>
    public static DateTimeOffset? Expiry(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.ValueKind == JsonValueKind.Object && claims.RootElement.TryGetProperty("exp", out var expiry) && expiry.TryGetInt64(out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or DecoderFallbackException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
