using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Configuration;

/// <summary><c>querier:</c></summary>
public sealed record QuerierSettings(string FrontendAddress, int MaxConcurrentQueries, TimeSpan SearchTimeout, TimeSpan TraceByIdTimeout)
{
    public ClientTls? FrontendTls { get; init; }

    public static QuerierSettings From(ConfigurationTree tree, Target target)
    {
        const string key = "querier.frontend_worker.frontend_address";
        var address = tree.Text(key);
        return address.Length > 0 && target.Querier && HostPort.Parse(key, address, 9095) is { Host.Length: 0 } or { Port: 0 }
            ? throw ConfigurationException.BadValue(key, address, "the query-frontend's host:port")
            : new(
                address,
                Math.Max(1, tree.Number("querier.max_concurrent_queries", 20)),
                tree.Duration("querier.search.query_timeout", TimeSpan.FromSeconds(30)),
                tree.Duration("querier.trace_by_id.query_timeout", TimeSpan.FromSeconds(10)))
            {
                FrontendTls = target.Querier ? ClientTls.From(tree, "querier.frontend_worker.grpc_client_config.") : null,
            };
    }
}
