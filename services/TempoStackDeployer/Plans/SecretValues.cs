using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Plans;

/// <summary>
/// Puts hashes in the place of a Secret's values: those of two Secrets can be compared, and nothing can be told from one. The hashes are keyed anew each time,
/// so that a short value cannot be guessed from them either.
/// </summary>
internal sealed class SecretValues
{
    private const int Shown = 6;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>A copy to show; of what is no Secret, the object itself.</summary>
    public JsonObject Hide(JsonObject document)
    {
        if (document["kind"]?.ToString() != "Secret")
        {
            return document;
        }

        var copy = document.DeepClone().AsObject();
        var data = new JsonObject();
        foreach (var (key, value) in Values(document).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            data[key] = $"(hidden, {Convert.ToHexStringLower(HMACSHA256.HashData(_key, value).AsSpan(0, Shown))})";
        }

        copy.Remove("stringData");
        if (data.Count > 0)
        {
            copy["data"] = data;
        }

        return copy;
    }

    /// <summary><paramref name="text"/> without the values of a Secret.</summary>
    public static string Redact(JsonObject document, string text)
    {
        if (document["kind"]?.ToString() != "Secret")
        {
            return text;
        }

        foreach (var section in new[] { "data", "stringData" })
        {
            foreach (var (_, value) in document[section] as JsonObject ?? [])
            {
                text = value?.ToString() is { Length: > 0 } secret ? text.Replace(secret, "***", StringComparison.Ordinal) : text;
            }
        }

        return text;
    }

    /// <summary>As the server keeps them: what is given as text wins.</summary>
    private static Dictionary<string, byte[]> Values(JsonObject document)
    {
        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in document["data"] as JsonObject ?? [])
        {
            values[key] = Decoded(value?.ToString() ?? "");
        }

        foreach (var (key, value) in document["stringData"] as JsonObject ?? [])
        {
            values[key] = Encoding.UTF8.GetBytes(value?.ToString() ?? "");
        }

        return values;
    }

    private static byte[] Decoded(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return Encoding.UTF8.GetBytes(text);
        }
    }
}
