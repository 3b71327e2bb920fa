using System.Security.Authentication;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Gateway;

/// <summary>The flags of the gateway (Observatorium's API), as far as the operator sets them; what has no effect here is accepted.</summary>
public sealed record GatewayOptions
{
    private static readonly string[] Switches = ["traces.tls.watch-certs", "traces.query-rbac"];

    private static readonly string[] Known =
    [
        "web.listen", "web.internal.listen", "grpc.listen", "tls.min-version", "tls.client-auth-type", "tls.server.cert-file", "tls.server.key-file", "tls.internal.server.cert-file",
        "tls.internal.server.key-file", "traces.read.endpoint", "traces.tempo.endpoint", "traces.write.otlphttp.endpoint", "traces.write.otlpgrpc.endpoint", "traces.tls.ca-file", "traces.tls.cert-file",
        "traces.tls.key-file", "traces.write-timeout", "traces.tenant-header", "traces.query-rbac", "rbac.config", "tenants.config", "log.level",
    ];

    private static readonly string[] WithoutEffect =
    [
        "web.healthchecks.url", "tls.healthchecks.server-ca-file", "tls.healthchecks.server-name", "tls.cipher-suites", "tls.max-version", "tls.reload-interval", "log.format", "debug.name",
        "internal.tracing.otlp-http-endpoint", "internal.tracing.sampling-fraction", "internal.tracing.service-name", "server.read-header-timeout", "server.read-timeout", "server.write-timeout",
        "traces.tls.watch-certs",
    ];

    public HostPort Web { get; private init; } = new("", 8080);
    public HostPort Internal { get; private init; } = new("", 8081);
    public HostPort? Grpc { get; private init; }
    public ServerTls? WebTls { get; private init; }
    public ServerTls? InternalTls { get; private init; }

    /// <summary>jaeger-query, for what is below <c>/api/traces/v1/TENANT</c> and is not Tempo's.</summary>
    public Uri? Read { get; private init; }
    public Uri? Tempo { get; private init; }
    public Uri? OtlpHttp { get; private init; }
    public HostPort? OtlpGrpc { get; private init; }
    public ClientTls? UpstreamTls { get; private init; }
    public TimeSpan UpstreamTimeout { get; private init; } = TimeSpan.FromMinutes(2);
    public string TenantHeader { get; private init; } = "X-Tenant";
    public string RbacFile { get; private init; } = "rbac.yaml";
    public string TenantsFile { get; private init; } = "tenants.yaml";
    public string LogLevel { get; private init; } = "info";

    /// <summary>Queries narrowed to namespaces are not offered here.</summary>
    public bool QueryRbac { get; private init; }

    public static GatewayOptions Parse(IReadOnlyList<string> args)
    {
        var flags = Flags.Read(args, Switches, name => Known.Contains(name) || WithoutEffect.Contains(name));
        var versions = TlsVersions.AtLeast("--tls.min-version", Text("tls.min-version", "VersionTLS13"));
        var clients = ServerTls.ParseClients("--tls.client-auth-type", Text("tls.client-auth-type", "RequestClientCert"));
        return new()
        {
            Web = Endpoint("web.listen", ":8080")!,
            Internal = Endpoint("web.internal.listen", ":8081")!,
            Grpc = Endpoint("grpc.listen", ""),
            WebTls = Server("tls.server", clients, versions),
            InternalTls = Server("tls.internal.server", clients, versions),
            Read = Upstream("traces.read.endpoint"),
            Tempo = Upstream("traces.tempo.endpoint"),
            OtlpHttp = Upstream("traces.write.otlphttp.endpoint"),
            OtlpGrpc = Endpoint("traces.write.otlpgrpc.endpoint", ""),
            UpstreamTls = Text("traces.tls.ca-file").Length == 0 ? null : ClientTls.Create(
                "--traces.", Text("traces.tls.cert-file"), Text("traces.tls.key-file"), Text("traces.tls.ca-file"), "", SslProtocols.Tls12 | SslProtocols.Tls13),
            UpstreamTimeout = GoDuration.TryParse(Text("traces.write-timeout", "2m"), out var timeout) && timeout > TimeSpan.Zero
                ? timeout
                : throw ConfigurationException.BadValue("--traces.write-timeout", Text("traces.write-timeout"), "a duration such as 30s"),
            TenantHeader = Text("traces.tenant-header", "X-Tenant"),
            RbacFile = Text("rbac.config", "rbac.yaml"),
            TenantsFile = Text("tenants.config", "tenants.yaml"),
            LogLevel = Text("log.level", "info"),
            QueryRbac = Text("traces.query-rbac") is "true" or "1",
        };

        string Text(string name, string fallback = "") => flags.GetValueOrDefault(name, fallback);

        HostPort? Endpoint(string name, string fallback) => Text(name, fallback) is { Length: > 0 } text ? HostPort.Parse("--" + name, text, 0) : null;

        Uri? Upstream(string name) => Text(name) is not { Length: > 0 } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? parsed
            : throw ConfigurationException.BadValue("--" + name, text, "a URL such as http://127.0.0.1:3200");

        ServerTls? Server(string prefix, ClientAuthentication authentication, SslProtocols allowed) =>
            Text(prefix + ".cert-file").Length + Text(prefix + ".key-file").Length == 0
                ? null
                : ServerTls.Create("--" + prefix, Text(prefix + ".cert-file"), Text(prefix + ".key-file"), "", authentication, allowed);
    }
}
