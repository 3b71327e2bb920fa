using System.Globalization;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>Kubernetes quantities: read, and written in their canonical form with binary suffixes.</summary>
public static class Quantity
{
    private static readonly (string Suffix, double Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50), ("Ei", 1L << 60),
        ("n", 1e-9), ("u", 1e-6), ("m", 0.001), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18),
    ];

    public static double? Value(JsonNode? node)
    {
        if (node?.ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        var (suffix, factor) = Suffixes.FirstOrDefault(one => text.EndsWith(one.Suffix, StringComparison.Ordinal), ("", 1));
        return double.TryParse(text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }

    public static string OfMillis(long millis) =>
        millis % 1000 == 0 ? OfBytes(millis / 1000) : string.Create(CultureInfo.InvariantCulture, $"{millis}m");

    public static string OfBytes(long bytes)
    {
        var power = 0;
        while (bytes != 0 && bytes % 1024 == 0 && power < 6)
        {
            bytes /= 1024;
            power++;
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + (power == 0 ? "" : Suffixes[power - 1].Suffix);
    }
}
