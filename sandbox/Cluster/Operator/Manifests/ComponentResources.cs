using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>A replica's part of <c>spec.resources.total.limits</c>; it requests 30 % of its limits.</summary>
public sealed record ComponentResources(long? CpuMillis, long? MemoryBytes)
{
    private const double RequestShare = 0.3;
    private const double GoShare = 0.8;

    private static readonly (string Suffix, double Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("m", 0.001), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12),
    ];

    public string GoMemoryLimit => ((long)((MemoryBytes ?? 0) * GoShare)).ToString(CultureInfo.InvariantCulture);

    public static ComponentResources? Of(TempoStackView stack, TempoComponent component)
    {
        if (stack.TotalLimits is not { } limits)
        {
            return null;
        }

        var replicas = Math.Max(1, stack.Replicas(component));
        var cpu = Quantity(limits.At("cpu")) * 1000 * component.CpuShare / replicas;
        var memory = Quantity(limits.At("memory")) * component.MemoryShare / replicas;
        return new ComponentResources((long?)cpu, (long?)memory);
    }

    public JsonObject ToJson() => new() { ["limits"] = Quantities(1), ["requests"] = Quantities(RequestShare) };

    private static double? Quantity(JsonNode? node)
    {
        if (node?.ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        var (suffix, factor) = Suffixes.FirstOrDefault(one => text.EndsWith(one.Suffix, StringComparison.Ordinal), ("", 1));
        return double.TryParse(text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }

    private JsonObject Quantities(double share)
    {
        var quantities = new JsonObject();
        if (CpuMillis is { } cpu)
        {
            quantities["cpu"] = $"{(long)(cpu * share)}m";
        }

        if (MemoryBytes is { } memory)
        {
            quantities["memory"] = ((long)(memory * share)).ToString(CultureInfo.InvariantCulture);
        }

        return quantities;
    }
}
