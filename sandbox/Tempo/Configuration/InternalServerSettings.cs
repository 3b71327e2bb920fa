using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Configuration;

/// <summary><c>internal_server:</c> <c>/ready</c> and <c>/metrics</c> only.</summary>
public sealed record InternalServerSettings(string Address, int Port, ServerTls? Tls)
{
    public static InternalServerSettings? From(ConfigurationTree tree) => tree.Boolean("internal_server.enable", false)
        ? new(
            tree.Text("internal_server.http_listen_address"),
            tree.Port("internal_server.http_listen_port", 3101),
            ServerTls.From(tree, "internal_server.http_tls_config", "internal_server.tls_min_version"))
        : null;
}
