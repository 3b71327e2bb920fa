using System.Globalization;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Jaeger;

/// <summary>The flags of <c>jaeger-query</c>: a few of its own, or those of the real one, which asks a tempo-query.</summary>
public sealed record JaegerOptions(Uri TempoUrl, string Address, int Port)
{
    private static readonly string[] Switches =
        ["query.bearer-token-propagation", "multi-tenancy.enabled", "query.http.tls.enabled", "query.grpc.tls.enabled", "prometheus.tls.enabled", "prometheus.token-override-from-context"];

    private static readonly string[] RealOnes = ["query.", "span-storage.", "grpc-storage.", "multi-tenancy.", "admin.", "prometheus.", "log-level"];

    /// <summary>The address is a tempo-query's, which speaks HTTP/2 in the clear.</summary>
    public bool AsksTempoQuery { get; private init; }

    /// <summary>Where the process says that it lives.</summary>
    public HostPort? Admin { get; private init; }

    public ServerTls? Tls { get; private init; }

    public static JaegerOptions? Parse(IReadOnlyList<string> args)
    {
        if (args.Any(arg => arg is "--help" or "-help" or "-h" or "--h"))
        {
            return null;
        }

        var flags = Flags.Read(args, Switches, IsKnown);
        var storage = flags.GetValueOrDefault("grpc-storage.server", "");
        var url = storage.Length > 0 ? $"http://{HostPort.Parse("--grpc-storage.server", storage, 17271)}" : flags.GetValueOrDefault("tempo-url", "");
        var listener = flags.TryGetValue("query.http-server.host-port", out var asked)
            ? HostPort.Parse("--query.http-server.host-port", asked, 16686)
            : new HostPort(flags.GetValueOrDefault("http-address", "127.0.0.1"), ParsePort(flags.GetValueOrDefault("http-port", "16686")));
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? new(new(parsed.ToString().TrimEnd('/') + "/"), listener.Host, listener.Port)
            {
                AsksTempoQuery = storage.Length > 0,
                Admin = flags.TryGetValue("admin.http.host-port", out var admin) ? HostPort.Parse("--admin.http.host-port", admin, 16687) : null,
                Tls = flags.GetValueOrDefault("query.http.tls.enabled") == "true" ? HttpTls(flags) : null,
            }
            : throw ConfigurationException.BadValue("--tempo-url", url, "a URL such as http://127.0.0.1:3200");
    }

    private static bool IsKnown(string name) =>
        name is "tempo-url" or "http-address" or "http-port"
        || RealOnes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static int ParsePort(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535
        ? number
        : throw ConfigurationException.BadValue("--http-port", value, "a port from 0 to 65535");

    private static ServerTls HttpTls(Dictionary<string, string> flags)
    {
        const string Prefix = "query.http.tls.";
        var authority = flags.GetValueOrDefault(Prefix + "client-ca", "");
        return ServerTls.Create(
            "--query.http.tls", flags.GetValueOrDefault(Prefix + "cert", ""), flags.GetValueOrDefault(Prefix + "key", ""), authority,
            authority.Length > 0 ? ClientAuthentication.RequireAndVerifyClientCert : ClientAuthentication.NoClientCert, TlsVersions.AtLeast("--" + Prefix + "min-version", flags.GetValueOrDefault(Prefix + "min-version", "")));
    }
}
