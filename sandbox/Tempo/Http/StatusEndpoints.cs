using System.Text;
using System.Text.Json;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Http;

/// <summary>What operators look at: readiness, status pages, rings and metrics.</summary>
public sealed class StatusEndpoints(TempoSettings settings, Readiness readiness, ComponentRing ring, TempoMetrics metrics)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/ready", ReadyAsync);
        routes.Map("/metrics", context => context.WriteTextAsync(200, metrics.Render(), "text/plain; version=0.0.4; charset=utf-8"));
        routes.Map("/api/echo", context => context.WriteTextAsync(200, "echo\n"));
        Get(routes, "/api/status/buildinfo", context => context.WriteTextAsync(
            200, $$"""{"version":"{{TempoVersion.Number}}","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":""}""" + "\n", HttpText.Json));
        Get(routes, "/status", context => PageAsync(context, "/status", Version() + Services() + Configuration()));
        Get(routes, "/status/version", context => PageAsync(context, "/status/version", Version()));
        Get(routes, "/status/services", context => PageAsync(context, "/status/services", Services()));
        Get(routes, "/status/endpoints", context => PageAsync(context, "/status/endpoints", Endpoints(routes)));
        Get(routes, "/status/config", ConfigurationAsync);
        Get(routes, "/status/runtime_config", context => PageAsync(context, "/status/runtime_config", RuntimeConfiguration()));
        Get(routes, "/status/overrides", context => context.WriteTextAsync(200, "<!DOCTYPE html>\n<html>\n<body>\n<h1>Overrides: tenants</h1>\n</body>\n</html>\n", "text/html; charset=utf-8"));
        Get(routes, "/status/{unknown}", context =>
        {
            // The real one's handler panics here; a client sees the connection close.
            context.Abort();
            return Task.CompletedTask;
        });
        routes.Map("/memberlist", MemberlistAsync);
        foreach (var component in settings.Target.Components.Where(component => component is "ingester" or "distributor" or "compactor" or "metrics-generator"))
        {
            routes.Map($"/{component}/ring", context => RingAsync(context, component));
        }
    }

    // Most pages answer any method; these are only read.
    private static void Get(IEndpointRouteBuilder routes, string path, RequestDelegate answer) => routes.Map(path, context =>
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return answer(context);
        }

        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        return Task.CompletedTask;
    });

    private Task ReadyAsync(HttpContext context)
    {
        var reason = readiness.Reason();
        return context.WriteTextAsync(reason is null ? 200 : 503, reason ?? "ready\n");
    }

    private static Task PageAsync(HttpContext context, string path, string body) => context.WriteTextAsync(200, $"GET {path}\n{body}", "text/plain");

    private Task ConfigurationAsync(HttpContext context) => context.Request.Query["mode"].ToString() switch
    {
        "" or "diff" or "defaults" => PageAsync(context, "/status/config", Configuration()),
        var mode => context.WriteTextAsync(500, $"unknown value for mode query parameter: {mode}\nGET /status/config\n"),
    };

    private static string Version() => $"tempo, version {TempoVersion.Number} (branch: , revision: unknown)\n  platform:         {Environment.OSVersion.Platform}\n";

    private string Services()
    {
        var state = readiness.Reason() is null ? "Running" : "Starting";
        var text = new StringBuilder();
        foreach (var component in settings.Target.Components)
        {
            text.Append($"| {component,-24} | {state,-8} |\n");
        }

        return text.ToString();
    }

    private static string Endpoints(IEndpointRouteBuilder routes) =>
        string.Concat(routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText).Distinct().Order(StringComparer.Ordinal).Select(path => $"| {path,-46} |\n"));

    // Keys stay out of it: only what says how this process behaves.
    private string Configuration() =>
        $"""
        ---
        target: {string.Join(',', settings.Target.Components)}
        multitenancy_enabled: {(settings.Multitenancy ? "true" : "false")}
        server:
          http_listen_address: {settings.Server.HttpAddress}
          http_listen_port: {settings.Server.HttpPort}
          grpc_listen_port: {settings.Server.GrpcPort}
        compactor:
          compaction:
            block_retention: {Go(settings.Compactor.BlockRetention)}
            compacted_block_retention: {Go(settings.Compactor.CompactedBlockRetention)}
            compaction_window: {Go(settings.Compactor.CompactionWindow)}
            compaction_cycle: {Go(settings.Compactor.CompactionCycle)}
        ingester:
          lifecycler:
            ring:
              replication_factor: {settings.Ingester.ReplicationFactor}
          trace_idle_period: {Go(settings.Ingester.TraceIdlePeriod)}
          max_block_duration: {Go(settings.Ingester.MaxBlockDuration)}
          complete_block_timeout: {Go(settings.Ingester.CompleteBlockTimeout)}
          flush_all_on_shutdown: {(settings.Ingester.FlushAllOnShutdown ? "true" : "false")}
        query_frontend:
          search:
            query_backend_after: {Go(settings.QueryFrontend.QueryBackendAfter)}
            query_ingesters_until: {Go(settings.QueryFrontend.QueryIngestersUntil)}
        storage:
          trace:
            backend: {settings.Storage.Backend}
            blocklist_poll: {Go(settings.Storage.BlocklistPoll)}
            blocklist_poll_tenant_index_builders: {settings.Storage.TenantIndexBuilders}
            wal:
              path: {settings.Storage.WalPath}
              ingestion_time_range_slack: {Go(settings.Storage.IngestionSlack)}
            s3:
              endpoint: {settings.Storage.S3.Endpoint}
              bucket: {settings.Storage.S3.Bucket}
              prefix: "{settings.Storage.S3.Prefix}"
              insecure: {(settings.Storage.S3.Insecure ? "true" : "false")}

        """;

    private static string Go(TimeSpan duration) => GoDuration.Format(duration.Ticks * 100);

    private string RuntimeConfiguration() =>
        $"""
        ---
        defaults:
          ingestion:
            rate_limit_bytes: {settings.Limits.RateBytes}
            burst_size_bytes: {settings.Limits.BurstBytes}
            max_traces_per_user: {settings.Limits.MaxTracesPerUser}
          read:
            max_bytes_per_tag_values_query: {settings.Limits.MaxBytesPerTagValues}
          global:
            max_bytes_per_trace: {settings.Limits.MaxBytesPerTrace}
        overrides: {"{}"}

        """;

    private Task MemberlistAsync(HttpContext context) => settings.InMemoryRing || !settings.Target.NeedsRing
        ? context.WriteTextAsync(200, "This instance doesn't use memberlist.", "text/plain")
        : context.WriteBytesAsync(HttpText.Json, MembersJson(ring.All));

    private Task RingAsync(HttpContext context, string role) =>
        context.WriteBytesAsync(HttpText.Json, MembersJson(ring.All.Where(member => member.Roles.Contains(role))));

    private static byte[] MembersJson(IEnumerable<Member> members)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("shards");
            foreach (var member in members)
            {
                json.WriteStartObject();
                json.WriteString("id", member.Id);
                json.WriteString("state", member.Left ? "LEFT" : "ACTIVE");
                json.WriteString("address", $"{member.Address}:{member.GrpcPort}");
                json.WriteString("timestamp", DateTimeOffset.FromUnixTimeMilliseconds(member.Heartbeat).ToString("O"));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
