using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace TempoCos.Tempo.Gateway;

/// <summary>A token in its three parts; nothing in it is to be believed before its signature is.</summary>
public sealed record JsonWebToken(string Algorithm, string KeyId, JsonElement Claims, byte[] Signed, byte[] Signature)
{
    public static JsonWebToken? TryParse(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return claims.RootElement.ValueKind != JsonValueKind.Object ? null : new(
                header.RootElement.GetProperty("alg").GetString() ?? "",
                header.RootElement.TryGetProperty("kid", out var key) ? key.GetString() ?? "" : "",
                claims.RootElement.Clone(),
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2]));
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
