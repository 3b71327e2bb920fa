using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>How each endpoint is to be reached: what was asked for, as far as the stack offers it.</summary>
internal sealed class ReachPlan
{
    private readonly ClusterConnection _cluster;
    private readonly StackManifest _manifest;
    private readonly StackPorts _ports;
    private readonly ComponentTls _tls;
    private readonly TimeProvider _time;
    private readonly string _by;
    private readonly StackTenant? _tenant;
    private readonly BearerToken? _token;
    private readonly List<(Way Way, PodDial? Dial)> _ways = [];

    private ReachPlan(ClusterConnection cluster, StackManifest manifest, ReachOptions options, IConfiguration configuration, TimeProvider time)
    {
        _cluster = cluster;
        _manifest = manifest;
        _time = time;
        _ports = StackPorts.Of(manifest);
        _tls = new ComponentTls(cluster, manifest, time);
        _by = ReachedBy.Of(options.By, cluster);
        _tenant = TenantOf(manifest, options.Tenant);
        _token = manifest.HasGateway ? BearerToken.Of(cluster, options, configuration, manifest.TenantMode, time) : null;
    }

    /// <summary>Those that are byte by byte have a dial; those that are reached by name have an address already.</summary>
    public IReadOnlyList<(Way Way, PodDial? Dial)> Ways => _ways;

    /// <summary>The tenant's id: the gateway writes it into X-Scope-OrgID in place of the name.</summary>
    public string Tenant => _tenant?.Id ?? "";

    /// <exception cref="DiagnosticException">What was asked for cannot be had.</exception>
    /// <exception cref="ReachFaultException">A certificate cannot be read.</exception>
    public static async Task<ReachPlan> OfAsync(
        ClusterConnection cluster, StackManifest manifest, ReachOptions options, IConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        var plan = new ReachPlan(cluster, manifest, options, configuration, time);

        // A TempoMonolithic's is named after Jaeger also where it leads to the gateway.
        var outward = manifest.IsMonolithic ? "jaegerui" : manifest.HasGateway ? "gateway" : "query-frontend";
        await plan.AddAsync(EndpointName.OtlpGrpc, null, cancellationToken);
        await plan.AddAsync(EndpointName.QueryFrontend, manifest.HasGateway ? outward : null, cancellationToken);
        await plan.AddAsync(EndpointName.Ingester, null, cancellationToken);
        if (plan._ports.Jaeger is not null)
        {
            await plan.AddAsync(EndpointName.Jaeger, outward, cancellationToken);
        }

        return plan;
    }

    public ServicePort Port(string endpoint) => endpoint switch
    {
        EndpointName.OtlpGrpc => _ports.Otlp,
        EndpointName.QueryFrontend => _ports.QueryFrontend,
        EndpointName.Jaeger => _ports.Jaeger!,
        _ => _ports.Ingester,
    };

    /// <param name="endpoint">Which.</param>
    /// <param name="outward">What the Ingress or Route that leads to it is named after; null where the operator makes none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task AddAsync(string endpoint, string? outward, CancellationToken cancellationToken)
    {
        var port = Port(endpoint);
        var throughGateway = _manifest.HasGateway && endpoint != EndpointName.Ingester;
        if (outward is not null && await OutwardAsync($"tempo-{_manifest.Name}-{outward}", cancellationToken) is { } open)
        {
            var upstream = Adding(endpoint, throughGateway, new Upstream(open.Base, open.Connect));
            _ways.Add((new Way { Endpoint = endpoint, By = _by, Target = open.Target, Gateway = throughGateway, Upstream = upstream }, null));
            return;
        }

        var tls = throughGateway ? await _tls.OfGatewayAsync(cancellationToken) : await _tls.OfAsync(endpoint, cancellationToken);
        if (tls is not null)
        {
            await tls.RefreshAsync(cancellationToken);
        }

        var byName = _by == ReachedBy.InCluster;
        var dial = byName ? null : await PodDial.OfAsync(_cluster, port, _time, cancellationToken);
        Connect connect = dial is null ? new HostDial(port.Host, port.Number).ConnectAsync : async token => await dial.ConnectAsync(token);
        var adds = tls is not null || _tenant is not null;
        _ways.Add((
            new Way
            {
                Endpoint = endpoint,
                By = byName ? ReachedBy.InCluster : ReachedBy.PortForward,
                Target = $"{port.Service}:{port.Port}",
                Gateway = throughGateway,
                Upstream = adds ? Adding(endpoint, throughGateway, new Upstream(Base(port, throughGateway, tls is not null), connect) { Tls = tls }) : null,
                Address = adds || !byName ? null : port.Address,
            },
            dial));
    }

    private Upstream Adding(string endpoint, bool throughGateway, Upstream upstream) => _tenant is null ? upstream : upstream with
    {
        // Through the gateway the path says the tenant's name, for gRPC the header does; else Tempo is told the id, as the gateway would.
        Prefix = !throughGateway || endpoint == EndpointName.OtlpGrpc ? ""
            : $"/api/traces/v1/{Uri.EscapeDataString(_tenant.Name)}{(endpoint == EndpointName.QueryFrontend ? "/tempo" : "")}",
        Tenant = !throughGateway ? _tenant.Id : endpoint == EndpointName.OtlpGrpc ? _tenant.Name : null,
        Token = throughGateway ? _token : null,
    };

    // All of a TempoMonolithic shows the certificate of its one Service, also behind the gateway's.
    private Uri Base(ServicePort port, bool throughGateway, bool isTls)
    {
        var host = _manifest.IsMonolithic && !throughGateway ? port with { Service = $"tempo-{_manifest.Name}" } : port;
        return new($"{(isTls ? "https" : "http")}://{host.Host}:{port.Number}");
    }

    private Task<Outward?> OutwardAsync(string name, CancellationToken cancellationToken) => _by switch
    {
        ReachedBy.Ingress => Outward.ByIngressAsync(_cluster, _manifest.Namespace, name, cancellationToken),
        ReachedBy.Route => Outward.ByRouteAsync(_cluster, _manifest.Namespace, name, _manifest.Route, cancellationToken),
        _ => Task.FromResult<Outward?>(null),
    };

    private static StackTenant? TenantOf(StackManifest manifest, string asked)
    {
        if (!manifest.IsMultitenant)
        {
            return asked.Length == 0 ? null : throw new DiagnosticException(
                Codes.TenantUnknown, asked, $"A tenant is asked for, but the {manifest.Kind} {manifest.Name} has none", "Leave the tenant out, or give the manifest tenants.");
        }

        var tenants = manifest.Tenants;
        return (asked.Length == 0 ? (tenants.Count > 0 ? tenants[0] : null) : tenants.FirstOrDefault(tenant => tenant.Name == asked || tenant.Id == asked))
            ?? throw new DiagnosticException(
                Codes.TenantUnknown, asked.Length == 0 ? manifest.Name : asked, "The manifest has no such tenant",
                tenants.Count == 0 ? "Give it one: spec.tenants.authentication, with tenantName and tenantId." : $"Choose one of {string.Join(", ", tenants.Select(tenant => tenant.Name))}.");
    }
}
