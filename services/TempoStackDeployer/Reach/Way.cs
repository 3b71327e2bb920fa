using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>How one endpoint is reached, and how that went the last time.</summary>
internal sealed class Way
{
    private volatile ReachFault? _fault;

    public required string Endpoint { get; init; }

    /// <summary>port-forward, in-cluster, ingress or route.</summary>
    public required string By { get; init; }

    /// <summary>What it leads to: a Service's port, or a host.</summary>
    public required string Target { get; init; }

    /// <summary>Through the gateway.</summary>
    public bool Gateway { get; init; }

    /// <summary>What has to be added before it is plain http; null when bytes are only passed on.</summary>
    public Upstream? Upstream { get; init; }

    /// <summary>Where the other services find it; set once it is open.</summary>
    public Uri? Address { get; set; }

    public bool IsGrpc => Endpoint == EndpointName.OtlpGrpc;

    /// <summary>Why it did not work the last time; null when it did.</summary>
    public ReachFault? Fault
    {
        get => _fault;
        set => _fault = value;
    }

    public string Tls => Upstream switch
    {
        { Tls.IsMutual: true } => "mutual",
        { Base.Scheme: "https" } => "server",
        _ => "none",
    };

    public ReachedEndpoint ToContract() => new()
    {
        Endpoint = Endpoint,
        Address = Address?.GetLeftPart(UriPartial.Authority) ?? "",
        By = By,
        Target = Target,
        Tls = Tls,
        Gateway = Gateway,
    };
}
