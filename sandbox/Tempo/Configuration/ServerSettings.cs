using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Configuration;

/// <summary><c>server:</c></summary>
public sealed record ServerSettings(string HttpAddress, int HttpPort, string GrpcAddress, int GrpcPort, string LogLevel)
{
    public ServerTls? HttpTls { get; init; }

    public ServerTls? GrpcTls { get; init; }

    /// <summary><c>internal_server:</c> answers health checks where the other one asks for client certificates.</summary>
    public InternalServerSettings? Internal { get; init; }

    public static ServerSettings From(ConfigurationTree tree) => new(
        tree.Text("server.http_listen_address"),
        tree.Port("server.http_listen_port", 3200),
        tree.Text("server.grpc_listen_address"),
        tree.Port("server.grpc_listen_port", 9095),
        tree.Text("server.log_level", "info") is var level && level is "debug" or "info" or "warn" or "error"
            ? level
            : throw ConfigurationException.BadValue("server.log_level", level, "one of debug, info, warn, error"))
    {
        HttpTls = ServerTls.From(tree, "server.http_tls_config", "server.tls_min_version"),
        GrpcTls = ServerTls.From(tree, "server.grpc_tls_config", "server.tls_min_version"),
        Internal = InternalServerSettings.From(tree),
    };
}
