using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Configuration;

/// <summary>What this process was told, with Tempo's defaults.</summary>
public sealed record TempoSettings
{
    public required Target Target { get; init; }
    public required ServerSettings Server { get; init; }
    public required MemberlistSettings Memberlist { get; init; }
    public required DistributorSettings Distributor { get; init; }
    public required IngesterSettings Ingester { get; init; }
    public required QuerierSettings Querier { get; init; }
    public required QueryFrontendSettings QueryFrontend { get; init; }
    public required CompactorSettings Compactor { get; init; }
    public required StorageSettings Storage { get; init; }
    public required LimitSettings Limits { get; init; }
    public required OverridesSettings Overrides { get; init; }
    public required bool Multitenancy { get; init; }

    /// <summary><c>ingester_client:</c></summary>
    public ClientTls? IngesterClientTls { get; init; }

    /// <summary><c>metrics_generator_client:</c></summary>
    public ClientTls? GeneratorClientTls { get; init; }

    /// <summary>Null when this process is none.</summary>
    public GeneratorSettings? Generator { get; init; }

    /// <summary>gRPC is answered at the HTTP port too.</summary>
    public required bool StreamOverHttp { get; init; }

    /// <summary>One process, or rings kept in memory: nobody to look for.</summary>
    public required bool InMemoryRing { get; init; }

    /// <summary>The configuration file as read, for <c>/status/config</c>.</summary>
    public string Source { get; init; } = "";

    public static TempoSettings From(ConfigurationTree tree)
    {
        var target = Target.Parse(tree.Text("target", "all"));
        var store = tree.Text("ingester.lifecycler.ring.kvstore.store");
        return new()
        {
            Target = target,
            Server = ServerSettings.From(tree),
            Memberlist = MemberlistSettings.From(tree),
            Distributor = DistributorSettings.From(tree, target),
            Ingester = IngesterSettings.From(tree),
            Querier = QuerierSettings.From(tree, target),
            QueryFrontend = QueryFrontendSettings.From(tree),
            Compactor = CompactorSettings.From(tree),
            Storage = StorageSettings.From(tree, target),
            IngesterClientTls = target.Distributor || target.Querier ? ClientTls.From(tree, "ingester_client.grpc_client_config.") : null,
            GeneratorClientTls = target.Distributor ? ClientTls.From(tree, "metrics_generator_client.grpc_client_config.") : null,
            Generator = target.MetricsGenerator ? GeneratorSettings.From(tree) : null,
            Limits = LimitSettings.From(tree),
            Overrides = OverridesSettings.From(tree),
            Multitenancy = tree.Boolean("multitenancy_enabled", tree.Boolean("auth_enabled", false)),
            StreamOverHttp = tree.Boolean("stream_over_http_enabled", false),
            InMemoryRing = target.IsAll && store is "" or "inmemory",
        };
    }
}
