using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>What <c>spec.size</c> stands for: requests, replicas and ingestion limits.</summary>
public static class SizeProfiles
{
    // One column for each size but demo, which has neither requests nor limits.
    private static readonly Dictionary<string, string[]> Requests = new()
    {
        ["ingester"] = ["500m/3Gi", "1500m/8Gi", "2/10Gi", "8/16Gi"],
        ["compactor"] = ["500m/500Mi", "200m/4Gi", "400m/6Gi", "600m/10Gi"],
        ["querier"] = ["750m/1536Mi", "1/1Gi", "2500m/3Gi", "5/4Gi"],
        ["query-frontend"] = ["500m/500Mi", "200m/1Gi", "400m/1Gi", "800m/1Gi"],
        ["distributor"] = ["500m/500Mi", "200m/128Mi", "600m/128Mi", "1500m/128Mi"],
        ["gateway"] = ["100m/64Mi", "400m/128Mi", "800m/192Mi", "4/192Mi"],
        ["jaeger-frontend"] = ["100m/64Mi", "400m/128Mi", "800m/192Mi", "4/192Mi"],
        ["query-frontend-proxy"] = ["50m/64Mi", "100m/64Mi", "100m/64Mi", "200m/128Mi"],
        ["tempo-gateway-opa"] = ["50m/64Mi", "100m/64Mi", "100m/64Mi", "200m/128Mi"],
        ["metrics-generator"] = ["500m/512Mi", "500m/512Mi", "1/1Gi", "2/2Gi"],
    };

    private static readonly Dictionary<string, int[]> ReplicaCounts = new()
    {
        ["distributor"] = [2, 2, 3, 4],
        ["querier"] = [2, 2, 3, 5],
        ["query-frontend"] = [2, 2, 2, 2],
        ["compactor"] = [2, 2, 2, 3],
        ["gateway"] = [2, 2, 2, 2],
        ["metrics-generator"] = [2, 2, 3, 3],
    };

    private static readonly Dictionary<string, int?[]> Limits = new()
    {
        ["ingestionRateLimitBytes"] = [600_000, 1_200_000, 5_800_000, 23_000_000],
        ["ingestionBurstSizeBytes"] = [1_200_000, 2_400_000, 11_600_000, 46_000_000],
        ["maxTracesPerUser"] = [null, null, 17_000, 54_000],
    };

    public static int? ReplicationFactor(string size) => size == "1x.demo" ? 1 : Column(size) is null ? null : 2;

    public static long? Replicas(string size, string component) =>
        Column(size) is { } column && ReplicaCounts.TryGetValue(component, out var counts) ? counts[column] : null;

    public static int? Limit(string size, string name) => Column(size) is { } column && Limits.TryGetValue(name, out var limits) ? limits[column] : null;

    public static JsonObject? Resources(string size, string component) =>
        Column(size) is { } column && Requests.TryGetValue(component, out var requests) && requests[column].Split('/') is [var cpu, var memory]
            ? Map(("requests", Map(("cpu", cpu), ("memory", memory))))
            : null;

    private static int? Column(string size) => size switch { "1x.pico" => 0, "1x.extra-small" => 1, "1x.small" => 2, "1x.medium" => 3, _ => null };
}
