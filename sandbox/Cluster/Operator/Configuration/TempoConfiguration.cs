using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Configuration;

/// <summary>A stack's tempo.yaml, as Tempo Operator renders it.</summary>
public sealed class TempoConfiguration(TempoStackView stack, StorageParameters storage, FeatureGates gates)
{
    private const int MessageBytes = 4194304;
    private const string OverridesFile = "/conf/overrides.yaml";

    /// <summary>The same for all components but the query-frontend, whose HTTP is in the clear unless a gateway stands before it.</summary>
    public string Render(bool frontend)
    {
        var extra = stack.Spec("extraConfig", "tempo");
        var text = ExtraConfiguration.Render(Create(!frontend || stack.HasGateway), extra);

        if (extra is JsonObject)
        {
            return text;
        }

        // The operator's template has one blank too many there, and quotes.
        var ciphers = Ciphers(stack.Spec("template", "distributor", "tls"));
        return text.Replace($"client_ca_file: {TlsPaths.ReceiverCaDirectory}/", $"client_ca_file:  {TlsPaths.ReceiverCaDirectory}/", StringComparison.Ordinal)
            .Replace($" cipher_suites: {ciphers}\n", $" cipher_suites: \"{ciphers}\"\n", StringComparison.Ordinal);
    }

    /// <summary>overrides.yaml: limits and retention of single tenants.</summary>
    public string RenderOverrides()
    {
        var tenants = new JsonObject();
        var limits = stack.Spec("limits", "perTenant") as JsonObject ?? [];
        var retentions = stack.Spec("retention", "perTenant") as JsonObject ?? [];
        foreach (var tenant in limits.Select(entry => entry.Key).Union(retentions.Select(entry => entry.Key)).Order(StringComparer.Ordinal))
        {
            var limit = limits[tenant];
            var own = new JsonObject
            {
                ["ingestion"] = NotEmpty(Map(
                    ("burst_size_bytes", limit.At("ingestion", "ingestionBurstSizeBytes")),
                    ("rate_limit_bytes", limit.At("ingestion", "ingestionRateLimitBytes")),
                    ("max_traces_per_user", limit.At("ingestion", "maxTracesPerUser")),
                    ("max_bytes_per_trace", limit.At("ingestion", "maxBytesPerTrace")))),
                ["read"] = NotEmpty(Map(
                    ("max_bytes_per_tag_values_query", limit.At("query", "maxBytesPerTagValues")),
                    ("max_search_duration", Duration(limit.Text("query", "maxSearchDuration"))))),
            };
            if (retentions[tenant].Text("traces") is { } retention)
            {
                own["compaction"] = Map(("block_retention", GoDuration.Canonical(retention)));
            }

            tenants[tenant] = own;
        }

        // The operator's template leaves what is empty without a value, and quotes tenants.
        var text = YamlJson.Write(new JsonObject { ["overrides"] = tenants.Count > 0 ? tenants.Copy() : null }).Replace(": null\n", ":\n", StringComparison.Ordinal);
        return tenants.Select(tenant => tenant.Key).Aggregate(text, (quoted, tenant) => quoted.Replace($"\n  {tenant}:\n", $"\n  \"{tenant}\":\n", StringComparison.Ordinal));
    }

    /// <summary>tempo-query.yaml, for the process that stands between jaeger-query and Tempo.</summary>
    public string RenderTempoQuery()
    {
        var concurrent = stack.JaegerQuery.Number("findTracesConcurrentRequests") is > 0 and var asked ? asked : (stack.Replicas(TempoComponent.Querier) ?? 1) * 2;
        return TempoQuery(
            stack.JaegerQuery.Text("servicesQueryDuration"), concurrent, gates.HttpEncryption && stack.HasGateway,
            Naming.Fqdn(stack.Namespace, stack.Name, TempoComponent.QueryFrontend.Name));
    }

    /// <summary>tempo-query.yaml of either kind of instance.</summary>
    public static string TempoQuery(string? servicesDuration, JsonNode? concurrentRequests, bool encrypted, string? serverName) => YamlJson.Write(Map(
        ("address", "0.0.0.0:7777"),
        ("backend", "localhost:3200"),
        ("tenant_header_key", StackPorts.TenantHeader),
        ("services_query_duration", GoDuration.Canonical(servicesDuration)),
        ("find_traces_concurrent_requests", concurrentRequests),
        ("tls_enabled", encrypted ? true : null),
        ("tls_cert_path", encrypted ? TlsPaths.InternalCertificate : null),
        ("tls_key_path", encrypted ? TlsPaths.InternalKey : null),
        ("tls_ca_path", encrypted ? TlsPaths.InternalCa : null),
        ("tls_insecure_skip_verify", encrypted ? false : null),
        ("tls_min_version", encrypted ? TlsProfile.MinVersion : null),
        ("tls_cipher_suites", encrypted ? TlsProfile.Ciphers : null),
        ("tls_server_name", encrypted ? serverName : null)));

    private JsonObject Create(bool encryptHttp)
    {
        var http = gates.HttpEncryption && encryptHttp;
        var ipv6 = stack.Spec("hashRing", "memberlist", "enableIPv6").Flag() ? (JsonNode)true : null;
        var address = stack.Spec("hashRing", "memberlist", "instanceAddrType").Text() == "podIP" ? $"${{{StackPorts.RingAddressVariable}}}" : null;
        var zones = stack.Spec("replicationZones") is JsonArray { Count: > 0 };
        return Map(
            ("compactor", Map(
                ("compaction", Map(("block_retention", GoDuration.Canonical(stack.Spec("retention", "global", "traces").Text())))),
                ("ring", Map(("kvstore", Memberlist()), ("enable_inet6", ipv6))))),
            ("distributor", Map(("receivers", Receivers()), ("ring", Map(("kvstore", Memberlist()), ("instance_addr", address))))),
            ("ingester", Map(
                ("lifecycler", Map(
                    ("ring", Map(("kvstore", Memberlist()), ("replication_factor", stack.Spec("replicationFactor")), ("zone_awareness_enabled", zones ? true : null))),
                    ("address", address),
                    ("availability_zone", zones ? "${INSTANCE_AVAILABILITY_ZONE}" : null),
                    ("tokens_file_path", "/var/tempo/tokens.json"),
                    ("enable_inet6", ipv6))),
                ("max_block_duration", "10m"))),
            ("memberlist", Map(
                ("abort_if_cluster_join_fails", false),
                ("join_members", List(stack.NameOf("gossip-ring"))),
                ("advertise_addr", address))),
            ("multitenancy_enabled", stack.Tenants is not null),
            ("overrides", NotEmpty(Overrides())),
            ("querier", Map(
                ("max_concurrent_queries", 20),
                ("frontend_worker", Map(
                    ("frontend_address", $"{stack.NameOf("query-frontend-discovery")}:9095"),
                    ("grpc_client_config", gates.GrpcEncryption ? ClientTls(TempoComponent.QueryFrontend, explicitly: false) : null))))),
            ("internal_server", http ? Map(
                ("enable", true),
                ("http_listen_address", ""),
                ("tls_cipher_suites", TlsProfile.Ciphers),
                ("tls_min_version", TlsProfile.MinVersion),
                ("http_tls_config", Map(("cert_file", TlsPaths.InternalCertificate), ("key_file", TlsPaths.InternalKey)))) : null),
            ("server", Server(http)),
            ("storage", Map(("trace", Storage()))),
            ("usage_report", Map(("reporting_enabled", false))),
            ("query_frontend", Map(
                ("search", Map(
                    ("max_spans_per_span_set", 0),
                    ("concurrent_jobs", 2000),
                    ("max_duration", GoDuration.Canonical(stack.Spec("search", "maxDuration").Text())),
                    ("default_result_limit", NotZero(stack.Spec("search", "defaultResultLimit"))),
                    ("max_result_limit", NotZero(stack.Spec("search", "maxResultLimit"))))),
                ("mcp_server", stack.Spec("template", "queryFrontend", "mcpServer", "enabled").Flag() ? Map(("enabled", true)) : null))),
            ("ingester_client", gates.GrpcEncryption ? Map(("grpc_client_config", ClientTls(TempoComponent.Ingester, explicitly: true))) : null),
            ("metrics_generator_client", gates.GrpcEncryption && stack.HasMetricsGenerator
                ? Map(("grpc_client_config", ClientTls(TempoComponent.MetricsGenerator, explicitly: true))) : null),
            ("metrics_generator", stack.HasMetricsGenerator ? Map(
                ("ring", Map(("kvstore", Memberlist()))),
                ("storage", Map(
                    ("path", "/var/tempo/generator/wal"),
                    ("remote_write", List([.. stack.Spec("template", "metricsGenerator").Texts("remoteWriteURLs").Select(url => Map(("url", url)))])))),
                ("traces_storage", Map(("path", "/var/tempo/generator/traces")))) : null));
    }

    private JsonObject Server(bool http)
    {
        var tls = gates.GrpcEncryption || http;
        return Map(
            ("grpc_server_max_recv_msg_size", MessageBytes),
            ("grpc_server_max_send_msg_size", MessageBytes),
            ("http_listen_port", 3200),
            ("http_server_read_timeout", GoDuration.Canonical(stack.Timeout)),
            ("http_server_write_timeout", GoDuration.Canonical(stack.Timeout)),
            ("log_format", "logfmt"),
            ("tls_cipher_suites", tls ? TlsProfile.Ciphers : null),
            ("tls_min_version", tls ? TlsProfile.MinVersion : null),
            ("grpc_tls_config", gates.GrpcEncryption ? ServerTls() : null),
            ("http_tls_config", http ? ServerTls() : null));
    }

    private JsonObject Receivers()
    {
        var own = stack.Spec("template", "distributor", "tls") is var tls && tls.Flag("enabled") ? Map(
            ("client_ca_file", tls.Text("caName") is { Length: > 0 } ? $"{TlsPaths.ReceiverCaDirectory}/{TlsPaths.CaFile}" : null),
            ("cert_file", $"{TlsPaths.ReceiverDirectory}/tls.crt"),
            ("key_file", $"{TlsPaths.ReceiverDirectory}/tls.key"),
            ("min_version", tls.Text("minVersion") is { Length: > 0 } version ? version : TlsProfile.ShortMinVersion),
            ("cipher_suites", Ciphers(tls))) : null;
        var behindGateway = gates.GrpcEncryption && stack.HasGateway ? Map(
            ("client_ca_file", TlsPaths.InternalCa),
            ("cert_file", TlsPaths.InternalCertificate),
            ("key_file", TlsPaths.InternalKey),
            ("min_version", TlsProfile.ShortMinVersion),
            ("cipher_suites", TlsProfile.Ciphers)) : null;
        var receivers = new JsonObject();
        if (!stack.HasGateway)
        {
            receivers["jaeger"] = Map(("protocols", Map(
                ("thrift_http", Endpoint(14268, own)),
                ("thrift_binary", Endpoint(6832, null)),
                ("thrift_compact", Endpoint(6831, null)),
                ("grpc", Endpoint(14250, own)))));
            receivers["zipkin"] = Endpoint(9411, own);
        }

        receivers["otlp"] = Map(("protocols", Map(("grpc", Endpoint(4317, own ?? behindGateway)), ("http", Endpoint(4318, own ?? behindGateway)))));
        return receivers;
    }

    private JsonObject Storage()
    {
        var store = Store(storage, stack.StorageTls);
        if (store.Value.Text("tls_min_version") is { } version && decimal.TryParse(version, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            // 1.2 is a number to YAML, and the operator's template does not say otherwise.
            store.Value!["tls_min_version"] = number;
        }

        return Map(
            ("backend", storage.Type),
            ("blocklist_poll", "5m"),
            store,
            ("local", Map(("path", "/var/tempo/traces"))),
            ("wal", Map(("path", "/var/tempo/wal"))));
    }

    /// <summary>What <c>storage.trace</c> says of an object store, under the backend's name.</summary>
    public static (string Name, JsonNode? Value) Store(StorageParameters storage, JsonNode? tls) => (storage.Type, storage.Type switch
    {
        "azure" => Map(("container_name", storage.Bucket), ("use_federated_token", storage.IsToken ? true : null)),
        "gcs" => Map(("bucket_name", storage.Bucket)),
        _ => S3(storage, tls),
    });

    private static JsonObject S3(StorageParameters storage, JsonNode? tls)
    {
        var s3 = Map(
            ("endpoint", storage.IsStatic ? storage.Endpoint : $"s3.{storage.Region}.amazonaws.com"),
            ("bucket", storage.Bucket),
            ("insecure", storage.Insecure));
        if (tls.Flag("enabled"))
        {
            var hasCertificate = tls.Text("certName") is { Length: > 0 };
            s3["tls_ca_path"] = tls.Text("caName") is { Length: > 0 } ? $"{TlsPaths.StorageCaDirectory}/{storage.CaFile}" : null;
            s3["tls_cert_path"] = hasCertificate ? $"{TlsPaths.StorageDirectory}/tls.crt" : null;
            s3["tls_key_path"] = hasCertificate ? $"{TlsPaths.StorageDirectory}/tls.key" : null;
            s3["tls_min_version"] = tls.Text("minVersion") is { Length: > 0 } version ? version : TlsProfile.MinVersion;
            s3["tls_cipher_suites"] = Ciphers(tls);
            foreach (var empty in s3.Where(entry => entry.Value is null).Select(entry => entry.Key).ToList())
            {
                s3.Remove(empty);
            }
        }

        return s3;
    }

    private JsonObject Overrides()
    {
        var limits = stack.Spec("limits", "global");
        return Map(
            ("ingestion_burst_size_bytes", Limit("ingestionBurstSizeBytes")),
            ("ingestion_rate_limit_bytes", Limit("ingestionRateLimitBytes")),
            ("max_traces_per_user", Limit("maxTracesPerUser")),
            ("max_bytes_per_trace", limits.At("ingestion", "maxBytesPerTrace")),
            ("max_bytes_per_tag_values_query", limits.At("query", "maxBytesPerTagValues")),
            ("max_search_duration", Duration(limits.Text("query", "maxSearchDuration"))),
            ("metrics_generator_processors", stack.HasMetricsGenerator ? stack.Spec("template", "metricsGenerator", "processors") : null),
            ("per_tenant_override_config", stack.Spec("limits", "perTenant") is JsonObject { Count: > 0 } || stack.Spec("retention", "perTenant") is JsonObject { Count: > 0 } ? OverridesFile : null));

        JsonNode? Limit(string name) => limits.At("ingestion", name) ?? (SizeProfiles.Limit(stack.Size, name) is { } limit ? limit : null);
    }

    private JsonObject ClientTls(TempoComponent server, bool explicitly) => Map(
        ("tls_enabled", true),
        ("tls_cert_path", TlsPaths.InternalCertificate),
        ("tls_key_path", TlsPaths.InternalKey),
        ("tls_ca_path", TlsPaths.InternalCa),
        ("tls_server_name", Naming.Fqdn(stack.Namespace, stack.Name, server.Name)),
        ("tls_insecure_skip_verify", explicitly ? false : null),
        ("tls_cipher_suites", TlsProfile.Ciphers),
        ("tls_min_version", TlsProfile.MinVersion));

    private static JsonObject ServerTls() => Map(
        ("cert_file", TlsPaths.InternalCertificate),
        ("key_file", TlsPaths.InternalKey),
        ("client_ca_file", TlsPaths.InternalCa),
        ("client_auth_type", "RequireAndVerifyClientCert"));

    private static string Ciphers(JsonNode? tls) => tls.At("cipherSuites") is JsonArray { Count: > 0 } ? string.Join(",", tls.Texts("cipherSuites")) : TlsProfile.Ciphers;

    private static JsonObject Endpoint(int port, JsonObject? tls) => Map(("endpoint", $"0.0.0.0:{port}"), ("tls", tls));

    private static JsonObject Memberlist() => Map(("store", "memberlist"));

    private static string? Duration(string? text) => GoDuration.IsZero(text) ? null : GoDuration.Canonical(text);

    private static JsonNode? NotZero(JsonNode? number) => number.Number() is null or 0 ? null : number;

    private static JsonObject? NotEmpty(JsonObject map) => map.Count > 0 ? map : null;
}
