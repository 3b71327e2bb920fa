using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;
using TempoCos.Cluster.Network;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Configuration;

/// <summary>
/// tempo.yaml as the operator renders it, with what differs where all pods share one loopback address: ports and addresses are variables
/// that the kubelet sets, and every ring member says who it is.
/// </summary>
public static class TempoConfiguration
{
    private const string Loopback = "127.0.0.1";

    public static string Render(TempoStackView stack, S3Storage storage)
    {
        var configuration = new JsonObject
        {
            ["compactor"] = new JsonObject
            {
                ["compaction"] = new JsonObject { ["block_retention"] = stack.Retention },
                ["ring"] = Ring(new JsonObject { ["wait_stability_min_duration"] = "0s" }),
            },
            ["distributor"] = new JsonObject { ["receivers"] = Receivers(), ["ring"] = Ring([]) },
            ["ingester"] = new JsonObject
            {
                ["lifecycler"] = new JsonObject
                {
                    ["address"] = Loopback,
                    ["id"] = "${POD_NAME}",
                    ["min_ready_duration"] = "0s",
                    ["ring"] = new JsonObject { ["kvstore"] = new JsonObject { ["store"] = "memberlist" }, ["replication_factor"] = stack.ReplicationFactor },
                    ["tokens_file_path"] = "/var/tempo/tokens.json",
                },
                ["max_block_duration"] = "10m",
            },
            ["memberlist"] = Memberlist(stack),
            ["multitenancy_enabled"] = false,
            ["querier"] = new JsonObject
            {
                ["max_concurrent_queries"] = 20,
                ["frontend_worker"] = new JsonObject { ["frontend_address"] = Address(stack.NameOf("query-frontend-discovery"), "grpc") },
            },
            ["query_frontend"] = new JsonObject
            {
                ["search"] = new JsonObject { ["concurrent_jobs"] = 2000, ["default_result_limit"] = 20, ["max_duration"] = "0s", ["max_spans_per_span_set"] = 0 },
            },
            ["server"] = new JsonObject
            {
                ["grpc_listen_address"] = Loopback,
                ["grpc_listen_port"] = "${PORT_GRPC}",
                ["grpc_server_max_recv_msg_size"] = 4194304,
                ["grpc_server_max_send_msg_size"] = 4194304,
                ["http_listen_address"] = Loopback,
                ["http_listen_port"] = "${PORT_HTTP}",
                ["http_server_read_timeout"] = stack.Timeout,
                ["http_server_write_timeout"] = stack.Timeout,
                ["log_format"] = "logfmt",
            },
            ["storage"] = new JsonObject { ["trace"] = Storage(storage) },
            ["usage_report"] = new JsonObject { ["reporting_enabled"] = false },
        };
        if (Overrides(stack.Limits) is { Count: > 0 } overrides)
        {
            configuration["overrides"] = new JsonObject { ["defaults"] = overrides };
        }

        if (stack.ExtraConfig is { } extra)
        {
            JsonMergePatch.Apply(configuration, extra);
        }

        return Unquoted(YamlJson.Write(configuration));
    }

    /// <summary>Ports are numbers to Tempo, so their variables must not stand in quotes.</summary>
    private static string Unquoted(string yaml) => yaml
        .Replace("\"${PORT_GRPC}\"", "${PORT_GRPC}", StringComparison.Ordinal)
        .Replace("\"${PORT_HTTP}\"", "${PORT_HTTP}", StringComparison.Ordinal)
        .Replace("\"${PORT_HTTP_MEMBERLIST}\"", "${PORT_HTTP_MEMBERLIST}", StringComparison.Ordinal);

    private static JsonObject Ring(JsonObject ring)
    {
        ring["instance_addr"] = Loopback;
        ring["instance_id"] = "${POD_NAME}";
        ring["kvstore"] = new JsonObject { ["store"] = "memberlist" };
        return ring;
    }

    private static JsonObject Receivers() => new()
    {
        ["jaeger"] = new JsonObject
        {
            ["protocols"] = new JsonObject
            {
                ["grpc"] = Endpoint("JAEGER_GRPC"),
                ["thrift_binary"] = Endpoint("THRIFT_BINARY"),
                ["thrift_compact"] = Endpoint("THRIFT_COMPACT"),
                ["thrift_http"] = Endpoint("THRIFT_HTTP"),
            },
        },
        ["otlp"] = new JsonObject { ["protocols"] = new JsonObject { ["grpc"] = Endpoint("OTLP_GRPC"), ["http"] = Endpoint("OTLP_HTTP") } },
        ["zipkin"] = Endpoint("HTTP_ZIPKIN"),
    };

    private static JsonObject Endpoint(string port) => new() { ["endpoint"] = $"{Loopback}:${{PORT_{port}}}" };

    private static JsonObject Memberlist(TempoStackView stack) => new()
    {
        ["abort_if_cluster_join_fails"] = false,
        ["advertise_addr"] = Loopback,
        ["advertise_port"] = "${PORT_HTTP_MEMBERLIST}",
        ["bind_addr"] = new JsonArray(Loopback),
        ["bind_port"] = "${PORT_HTTP_MEMBERLIST}",
        ["join_members"] = new JsonArray(Address(stack.NameOf("gossip-ring"), "http-memberlist")),
        ["node_name"] = "${POD_NAME}",
        ["rejoin_interval"] = "10s",
    };

    private static string Address(string service, string port)
    {
        var prefix = ServiceNetwork.Variable(service);
        return $"${{{prefix}_SERVICE_HOST}}:${{{prefix}_SERVICE_PORT_{ServiceNetwork.Variable(port)}}}";
    }

    private static JsonObject Storage(S3Storage storage) => new()
    {
        ["backend"] = "s3",
        ["blocklist_poll"] = "5m",
        ["cache"] = "none",
        ["local"] = new JsonObject { ["path"] = "/var/tempo/traces" },
        ["s3"] = new JsonObject { ["bucket"] = storage.Bucket, ["endpoint"] = storage.Endpoint, ["insecure"] = storage.Insecure },
        ["wal"] = new JsonObject { ["path"] = "/var/tempo/wal" },
    };

    private static JsonObject Overrides(JsonNode? limits)
    {
        var overrides = new JsonObject();
        Copy(limits.At("ingestion", "ingestionBurstSizeBytes"), "ingestion", "burst_size_bytes");
        Copy(limits.At("ingestion", "ingestionRateLimitBytes"), "ingestion", "rate_limit_bytes");
        Copy(limits.At("ingestion", "maxTracesPerUser"), "ingestion", "max_traces_per_user");
        Copy(limits.At("ingestion", "maxBytesPerTrace"), "global", "max_bytes_per_trace");
        Copy(limits.At("query", "maxBytesPerTagValues"), "read", "max_bytes_per_tag_values_query");
        Copy(limits.At("query", "maxSearchDuration"), "read", "max_search_duration");
        return overrides;

        void Copy(JsonNode? value, string section, string name)
        {
            if (value is not null)
            {
                overrides.Ensure(section)[name] = value.DeepClone();
            }
        }
    }
}
