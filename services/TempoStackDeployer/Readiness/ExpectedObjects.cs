using TempoCos.TempoStackDeployer.Manifests;
using static TempoCos.TempoStackDeployer.Readiness.WorkloadKind;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>What the operator makes of a TempoStack, as its own end-to-end test asserts it.</summary>
internal sealed record ExpectedObjects
{
    private static readonly ExpectedPort Http = new("http", 3200);
    private static readonly ExpectedPort Grpc = new("grpc", 9095);
    private static readonly ExpectedPort Memberlist = new("http-memberlist", 7946);
    private static readonly ExpectedPort[] Otlp = [new("otlp-http", 4318), new("otlp-grpc", 4317)];

    private static readonly ExpectedPort[] OtherReceivers =
    [
        new("thrift-http", 14268), new("thrift-compact", 6831, "UDP"), new("thrift-binary", 6832, "UDP"), new("jaeger-grpc", 14250), new("http-zipkin", 9411),
    ];

    private static readonly ExpectedPort[] Jaeger = [new("jaeger-grpc", 16685), new("jaeger-ui", 16686), new("jaeger-metrics", 16687)];

    public required string ServiceAccount { get; init; }

    public required IReadOnlyList<ExpectedWorkload> Workloads { get; init; }

    public required IReadOnlyList<ExpectedService> Services { get; init; }

    /// <summary>Ingress whose backend is the query-frontend's jaeger-ui, or null.</summary>
    public string? Ingress { get; init; }

    public static ExpectedObjects From(StackManifest manifest)
    {
        string Of(string component) => $"tempo-{manifest.Name}-{component}";
        ExpectedPort[] jaeger = manifest.HasJaeger ? Jaeger : [];
        ExpectedPort[] receivers = manifest.HasGateway ? Otlp : [.. Otlp, .. OtherReceivers];
        List<ExpectedWorkload> workloads =
        [
            new("distributor", Deployment, Of("distributor"), manifest.Replicas("distributor")),
            new("ingester", StatefulSet, Of("ingester"), manifest.Replicas("ingester")),
            new("querier", Deployment, Of("querier"), manifest.Replicas("querier")),
            new("query-frontend", Deployment, Of("query-frontend"), manifest.Replicas("queryFrontend")),
            new("compactor", Deployment, Of("compactor"), manifest.Replicas("compactor")),
        ];
        if (manifest.HasGateway)
        {
            workloads.Add(new("gateway", Deployment, Of("gateway"), manifest.Replicas("gateway")));
        }

        return new ExpectedObjects
        {
            ServiceAccount = $"tempo-{manifest.Name}",
            Workloads = workloads,
            Services =
            [
                new(Of("distributor"), false, [Http, .. receivers]),
                new(Of("ingester"), false, [Http, Grpc]),
                new(Of("querier"), false, [Memberlist, Http, Grpc]),
                new(Of("query-frontend"), false, [Http, Grpc, .. jaeger]),
                new(Of("query-frontend-discovery"), true, [Http, Grpc, new("grpclb", 9096), .. jaeger]),
                new(Of("compactor"), false, [Memberlist, Http]),
                new(Of("gossip-ring"), true, [Memberlist]),
            ],
            Ingress = manifest.JaegerIngress == "ingress" ? Of("query-frontend") : null,
        };
    }
}
