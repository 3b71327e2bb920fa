using System.Globalization;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>Quantities as Kubernetes writes them: <c>500m</c>, <c>128Mi</c>, <c>2</c>, <c>1e3</c>.</summary>
public static class ResourceQuantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m),
    ];

    /// <summary>Null when there is none, or what is there is no quantity.</summary>
    public static decimal? Parse(JsonNode? node)
    {
        if (node?.ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        var (suffix, factor) = Suffixes.FirstOrDefault(one => text.EndsWith(one.Suffix, StringComparison.Ordinal), ("", 1));
        return decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }
}
