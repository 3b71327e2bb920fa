using TempoCos.TempoStackDeployer.Manifests;
using static TempoCos.TempoStackDeployer.Readiness.WorkloadKind;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>What the operator makes of a TempoStack, as its own end-to-end test asserts it, or of a TempoMonolithic.</summary>
internal sealed record ExpectedObjects
{
    private static readonly ExpectedPort Http = new("http", 3200);
    private static readonly ExpectedPort Grpc = new("grpc", 9095);
    private static readonly ExpectedPort Memberlist = new("http-memberlist", 7946);
    private static readonly ExpectedPort OtlpHttp = new("otlp-http", 4318);
    private static readonly ExpectedPort OtlpGrpc = new("otlp-grpc", 4317);
    private static readonly ExpectedPort Public = new("public", 8080);
    private static readonly ExpectedPort Internal = new("internal", 8081);

    private static readonly ExpectedPort[] OtherReceivers =
    [
        new("thrift-http", 14268), new("thrift-compact", 6831, "UDP"), new("thrift-binary", 6832, "UDP"), new("jaeger-grpc", 14250), new("http-zipkin", 9411),
    ];

    private static readonly ExpectedPort[] Jaeger = [new("jaeger-grpc", 16685), new("jaeger-ui", 16686), new("jaeger-metrics", 16687)];

    /// <summary>Null when the manifest names one of its own.</summary>
    public string? ServiceAccount { get; init; }

    public required IReadOnlyList<ExpectedWorkload> Workloads { get; init; }

    public required IReadOnlyList<ExpectedService> Services { get; init; }

    /// <summary>For people: to Jaeger's port, or to the gateway's; null without one.</summary>
    public ExpectedIngress? Ingress { get; init; }

    /// <summary>Name of the OpenShift Route that takes the ingress' place; null without one.</summary>
    public string? Route { get; init; }

    public static ExpectedObjects From(StackManifest manifest) =>
        manifest.IsMonolithic ? Monolithic(manifest) : Stack(manifest);

    private static ExpectedObjects Stack(StackManifest manifest)
    {
        string Of(string component) => $"tempo-{manifest.Name}-{component}";
        ExpectedPort[] jaeger = manifest.HasJaeger ? Jaeger : [];
        ExpectedPort[] receivers = manifest.HasGateway ? [OtlpHttp, OtlpGrpc] : [OtlpHttp, OtlpGrpc, .. OtherReceivers];
        List<ExpectedWorkload> workloads =
        [
            new("distributor", Deployment, Of("distributor"), manifest.Replicas("distributor")),
            new("ingester", StatefulSet, Of("ingester"), manifest.Replicas("ingester")),
            new("querier", Deployment, Of("querier"), manifest.Replicas("querier")),
            new("query-frontend", Deployment, Of("query-frontend"), manifest.Replicas("queryFrontend")),
            new("compactor", Deployment, Of("compactor"), manifest.Replicas("compactor")),
        ];
        List<ExpectedService> services =
        [
            new(Of("distributor"), false, [Http, .. receivers]),
            new(Of("ingester"), false, [Http, Grpc]),
            new(Of("querier"), false, [Memberlist, Http, Grpc]),
            new(Of("query-frontend"), false, [Http, Grpc, .. jaeger]),
            new(Of("query-frontend-discovery"), true, [Http, Grpc, new("grpclb", 9096), .. jaeger]),
            new(Of("compactor"), false, [Memberlist, Http]),
            new(Of("gossip-ring"), true, [Memberlist]),
        ];
        if (manifest.Flag("spec", "template", "metricsGenerator", "enabled"))
        {
            workloads.Add(new("metrics-generator", Deployment, Of("metrics-generator"), manifest.Replicas("metricsGenerator")));
            services.Add(new(Of("metrics-generator"), false, [Memberlist, Http, Grpc]));
        }

        if (manifest.HasGateway)
        {
            workloads.Add(new("gateway", Deployment, Of("gateway"), manifest.Replicas("gateway")));
            services.Add(new(Of("gateway"), false, [new("grpc-public", 8090), Internal, Public]));
        }

        var byGateway = manifest.HasGateway ? manifest.Text("spec", "template", "gateway", "ingress", "type") : null;
        return new ExpectedObjects
        {
            ServiceAccount = OwnAccount(manifest),
            Workloads = workloads,
            Services = services,
            Ingress = manifest.JaegerIngress == "ingress" ? new(Of("query-frontend"), Of("query-frontend"), "jaeger-ui")
                : byGateway == "ingress" ? new(Of("gateway"), Of("gateway"), "public") : null,
            Route = manifest.JaegerIngress == "route" ? Of("query-frontend") : byGateway == "route" ? Of("gateway") : null,
        };
    }

    private static ExpectedObjects Monolithic(StackManifest manifest)
    {
        string Of(string component) => $"tempo-{manifest.Name}-{component}";
        var whole = $"tempo-{manifest.Name}";
        var gateway = manifest.HasGateway;
        // The operator's defaults: both protocols are on unless the manifest says otherwise.
        ExpectedPort[] receivers = [.. Receives("grpc") ? [OtlpGrpc] : Array.Empty<ExpectedPort>(), .. Receives("http") ? [OtlpHttp] : Array.Empty<ExpectedPort>()];
        List<ExpectedService> services = gateway
            ? [new(Of("gateway"), false, [Public, Internal, Http, .. Receives("grpc") ? [OtlpGrpc] : Array.Empty<ExpectedPort>()])]
            : [new(whole, false, [Http, .. receivers])];
        if (manifest.HasJaeger && !gateway)
        {
            services.Add(new(Of("jaegerui"), false, Jaeger));
        }

        return new ExpectedObjects
        {
            ServiceAccount = OwnAccount(manifest),
            Workloads = [new("tempo", StatefulSet, whole, null)],
            Services = services,
            Ingress = manifest.JaegerIngress == "ingress" ? new(Of("jaegerui"), Of(gateway ? "gateway" : "jaegerui"), gateway ? "public" : "jaeger-ui") : null,
            Route = manifest.JaegerIngress == "route" ? Of("jaegerui") : null,
        };

        bool Receives(string protocol) => manifest.At("spec", "ingestion", "otlp", protocol, "enabled") is null || manifest.Flag("spec", "ingestion", "otlp", protocol, "enabled");
    }

    private static string? OwnAccount(StackManifest manifest) =>
        manifest.Text("spec", "serviceAccount") is { Length: > 0 } named && named != $"tempo-{manifest.Name}" ? null : $"tempo-{manifest.Name}";
}
