using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Monolithic;

/// <summary>tempo.yaml of a TempoMonolithic.</summary>
public sealed class MonolithicConfiguration(MonolithicView tempo, StorageParameters storage, FeatureGates gates, bool servesReceivers)
{
    private readonly bool encrypted = tempo.HasGateway && gates.HttpEncryption;

    public string Render() => ExtraConfiguration.Render(Map(
        ("multitenancy_enabled", tempo.IsMultitenant ? true : null),
        ("server", Map(
            ("http_listen_address", tempo.HasGateway ? "0.0.0.0" : null),
            ("http_listen_port", 3200),
            // All calls go through the gateway.
            ("grpc_listen_address", tempo.HasGateway ? "localhost" : null),
            ("http_server_read_timeout", GoDuration.Canonical(tempo.Timeout)),
            ("http_server_write_timeout", GoDuration.Canonical(tempo.Timeout)),
            ("tls_min_version", encrypted ? TlsProfile.MinVersion : null),
            ("tls_cipher_suites", encrypted ? TlsProfile.Ciphers : null),
            ("http_tls_config", encrypted ? Map(
                ("cert_file", TlsPaths.InternalCertificate), ("key_file", TlsPaths.InternalKey),
                ("client_auth_type", "RequireAndVerifyClientCert"), ("client_ca_file", TlsPaths.InternalCa)) : null))),
        // What a kubelet asks stays reachable when the API is the gateway's alone.
        ("internal_server", Map(("enable", true), ("http_listen_address", "0.0.0.0"))),
        ("storage", Map(("trace", Storage()))),
        ("distributor", Map(("receivers", Map(("otlp", Map(("protocols", Map(("grpc", Receiver("grpc", 4317)), ("http", Receiver("http", 4318)))))))))),
        ("query_frontend", tempo.Spec("query", "mcpServer", "enabled").Flag() ? Map(("mcp_server", Map(("enabled", true)))) : null),
        ("usage_report", Map(("reporting_enabled", false)))), tempo.Spec("extraConfig", "tempo"));

    public string RenderTempoQuery() =>
        TempoConfiguration.TempoQuery(tempo.JaegerUi.Text("servicesQueryDuration"), tempo.JaegerUi.At("findTracesConcurrentRequests"), encrypted, serverName: null);

    private JsonObject Storage()
    {
        var store = storage.Type is "memory" or "pv"
            ? ("local", Map(("path", "/var/tempo/blocks")))
            : TempoConfiguration.Store(storage, storage.IsStatic ? tempo.Spec("storage", "traces", "s3", "tls") : null);
        if (store.Item2 is JsonObject s3 && s3["bucket"] is { } bucket)
        {
            s3.Remove("bucket");
            s3.Insert(s3.IndexOf("insecure") + 1, "bucket", bucket);
        }

        return Map(("backend", store.Name), ("wal", Map(("path", "/var/tempo/wal"))), store);
    }

    private JsonObject? Receiver(string protocol, int port)
    {
        var tls = tempo.Otlp(protocol).At("tls");
        if (encrypted)
        {
            // Over gRPC no endpoint is written, so that it is Tempo's own.
            return Map(
                ("tls", Map(
                    ("client_ca_file", TlsPaths.InternalCa), ("cert_file", TlsPaths.InternalCertificate), ("key_file", TlsPaths.InternalKey),
                    ("min_version", MinVersion(tls)), ("cipher_suites", Ciphers(tls)))),
                ("endpoint", protocol == "http" ? $"localhost:{port}" : null));
        }

        return !tempo.Takes(protocol) ? null : Map(
            ("tls", tls.Flag("enabled") ? Map(
                ("client_ca_file", tls.Text("caName") is { Length: > 0 } ? $"{TlsPaths.ReceiverCaDirectory}/{protocol}/{TlsPaths.CaFile}" : null),
                ("cert_file", HasCertificate(tls) ? $"{TlsPaths.ReceiverDirectory}/{protocol}/tls.crt" : null),
                ("key_file", HasCertificate(tls) ? $"{TlsPaths.ReceiverDirectory}/{protocol}/tls.key" : null),
                ("min_version", MinVersion(tls)), ("cipher_suites", Ciphers(tls))) : null),
            ("endpoint", $"{(tempo.HasGateway ? "localhost" : "0.0.0.0")}:{port}"));
    }

    private bool HasCertificate(JsonNode? tls) => servesReceivers || tls.Text("certName") is { Length: > 0 };

    private static string MinVersion(JsonNode? tls) => tls.Text("minVersion") is { Length: > 0 } version ? version : TlsProfile.ShortMinVersion;

    private static JsonArray Ciphers(JsonNode? tls) => tls.At("cipherSuites") is JsonArray { Count: > 0 } own
        ? (JsonArray)own.DeepClone()
        : TlsProfile.Ciphers.Split(',').Select(cipher => (JsonNode)cipher).ToJsonArray();
}
