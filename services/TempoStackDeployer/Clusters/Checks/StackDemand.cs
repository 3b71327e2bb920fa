using System.Text.Json.Nodes;
using k8s.Models;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>What a stack will ask of its namespace, as the operator divides the manifest's total.</summary>
internal sealed record StackDemand
{
    private const decimal RequestShare = 0.3m;
    private const decimal DefaultVolume = 10m * 1024 * 1024 * 1024;

    /// <summary>Shares of cpu and memory without and with the gateway, of Tempo Operator 0.22; the query-frontend's pod has jaeger-query and tempo-query in it.</summary>
    private static readonly (string Component, string Key, decimal Cpu, decimal Memory, decimal GatewayCpu, decimal GatewayMemory)[] Shares =
    [
        ("distributor", "distributor", 0.27m, 0.12m, 0.26m, 0.11m),
        ("ingester", "ingester", 0.38m, 0.5m, 0.36m, 0.49m),
        ("compactor", "compactor", 0.16m, 0.18m, 0.15m, 0.17m),
        ("querier", "querier", 0.1m, 0.15m, 0.09m, 0.14m),
        ("query-frontend", "queryFrontend", 0.045m, 0.025m, 0.04m, 0.02m),
    ];

    public required IReadOnlyList<ComponentDemand> Components { get; init; }

    /// <summary>Volume claims.</summary>
    public required int Claims { get; init; }

    /// <summary>Bytes of one volume.</summary>
    public required decimal Volume { get; init; }

    /// <summary>Class of the volumes; null: the default one.</summary>
    public required string? StorageClass { get; init; }

    /// <summary>Whether cpu and memory are known; a spec.size sets them in the operator.</summary>
    public required bool IsComputeKnown { get; init; }

    public int Pods => Components.Sum(component => component.Pods);

    public static StackDemand Of(StackManifest manifest) => manifest.IsMonolithic ? Monolithic(manifest) : Microservices(manifest);

    /// <summary>The sum over all pods; null when one of them does not say.</summary>
    public decimal? Total(Func<ComponentDemand, decimal?> of) =>
        Components.Any(component => of(component) is null) ? null : Components.Sum(component => component.Pods * of(component)!.Value);

    private static StackDemand Monolithic(StackManifest manifest)
    {
        var limits = manifest.At("spec", "resources", "limits");
        var requests = manifest.At("spec", "resources", "requests");
        var inMemory = manifest.Text("spec", "storage", "traces", "backend") is null or "memory";
        return new StackDemand
        {
            Components = [new("tempo", 1, Quantity(limits?["cpu"]), Quantity(limits?["memory"]), Quantity((requests ?? limits)?["cpu"]), Quantity((requests ?? limits)?["memory"]))],
            Claims = inMemory ? 0 : 1,
            Volume = Quantity(manifest.At("spec", "storage", "traces", "size")) ?? DefaultVolume,
            StorageClass = manifest.Text("spec", "storage", "traces", "storageClassName"),
            IsComputeKnown = true,
        };
    }

    private static StackDemand Microservices(StackManifest manifest)
    {
        var cpu = Quantity(manifest.At("spec", "resources", "total", "limits", "cpu"));
        var memory = Quantity(manifest.At("spec", "resources", "total", "limits", "memory"));
        List<ComponentDemand> components = [];
        foreach (var share in Shares)
        {
            var pods = manifest.Replicas(share.Key) ?? 1;
            var limitCpu = cpu * (manifest.HasGateway ? share.GatewayCpu : share.Cpu) * Containers(manifest, share.Component) / Math.Max(1, pods);
            var limitMemory = memory * (manifest.HasGateway ? share.GatewayMemory : share.Memory) * Containers(manifest, share.Component) / Math.Max(1, pods);
            var own = manifest.At("spec", "template", share.Key, "component", "resources") ?? manifest.At("spec", "template", share.Key, "resources");
            components.Add(own is JsonObject
                ? new(share.Component, pods, Quantity(own["limits"]?["cpu"]), Quantity(own["limits"]?["memory"]), Quantity((own["requests"] ?? own["limits"])?["cpu"]), Quantity((own["requests"] ?? own["limits"])?["memory"]))
                : new(share.Component, pods, limitCpu, limitMemory, limitCpu * RequestShare, limitMemory * RequestShare, Containers(manifest, share.Component)));
        }

        if (manifest.HasGateway)
        {
            components.Add(new("gateway", manifest.Replicas("gateway") ?? 1, cpu * 0.04m, memory * 0.03m, cpu * 0.04m * RequestShare, memory * 0.03m * RequestShare));
        }

        return new StackDemand
        {
            Components = components,
            Claims = manifest.Replicas("ingester") ?? 1,
            Volume = Quantity(manifest.At("spec", "storageSize")) ?? DefaultVolume,
            StorageClass = manifest.Text("spec", "storageClassName"),
            IsComputeKnown = manifest.Text("spec", "size") is null,
        };
    }

    /// <summary>Containers of a pod that each get the component's share.</summary>
    private static int Containers(StackManifest manifest, string component) => component == "query-frontend" && manifest.HasJaeger ? 3 : 1;

    private static decimal? Quantity(JsonNode? node)
    {
        try
        {
            return node is null ? null : new ResourceQuantity(node.ToString()).ToDecimal();
        }
        catch (FormatException)
        {
            // The API server will say so, with the field's name.
            return null;
        }
    }
}
