using System.Net;
using System.Text.Json;
using TempoCos.Tempo.Tests.Tls;
using TempoCos.Traces.Comparison;

namespace TempoCos.Tempo.Tests;

/// <summary>Five component processes of the built program, from one file, finding each other by gossip.</summary>
public sealed class FiveProcessesTests
{
    private static readonly string[] Targets = ["distributor", "ingester", "querier", "query-frontend", "compactor"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Traces_go_from_the_distributor_to_blocks_that_the_query_frontend_reads(bool encrypted)
    {
        using var directory = new TemporaryDirectory();
        using var authority = new TestAuthority();
        authority.WriteTo(directory, "localhost", "tempo.traces.svc");
        var ports = Ports.Take(17);
        var file = directory["tempo.yaml"];
        await File.WriteAllTextAsync(file, Configuration(directory, ports, encrypted), TestContext.Current.CancellationToken);
        var processes = new List<TempoProcess>();
        try
        {
            var clients = new Dictionary<string, HttpClient>();
            for (var i = 0; i < Targets.Length; i++)
            {
                processes.Add(TempoProcess.Start(
                    [$"-target={Targets[i]}", $"-config.file={file}", "-config.expand-env=true", "-log.level=info"],
                    new Dictionary<string, string>
                    {
                        ["NODE"] = Targets[i] + "-0",
                        ["PORT_HTTP"] = $"{ports[i]}",
                        ["PORT_GRPC"] = $"{ports[5 + i]}",
                        ["PORT_HTTP_MEMBERLIST"] = Targets[i] == "query-frontend" ? "" : $"{ports[10 + i]}",
                    }));
                clients[Targets[i]] = new() { BaseAddress = new($"http://127.0.0.1:{ports[i]}") };
            }

            foreach (var target in Targets)
            {
                await Eventually.TrueAsync($"{target} is ready", () => AnswersAsync(clients[target], "/ready"));
            }

            var traces = Sending.Traces(6);
            await Sending.SendAsync(new($"http://127.0.0.1:{ports[15]}"), traces);
            var id = Sending.Id(traces[0]);
            var frontend = clients["query-frontend"];

            // By id at once, by search only after the cut, from blocks only after the flush.
            TraceDiff.Compare(traces[0], await Sending.GetAsync(frontend, $"/api/traces/{id}")).ShouldBeEmpty();
            (await CountAsync(frontend)).ShouldBe(0);
            (await frontend.GetAsync($"/api/traces/{id}?mode=blocks", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

            (await clients["ingester"].GetAsync("/flush", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await Eventually.TrueAsync("the block is listed", () => AnswersAsync(frontend, $"/api/traces/{id}?mode=blocks"));

            foreach (var trace in traces)
            {
                TraceDiff.Compare(trace, await Sending.GetAsync(frontend, $"/api/traces/{Sending.Id(trace)}?mode=blocks")).ShouldBeEmpty();
            }

            (await CountAsync(frontend)).ShouldBe(traces.Count);
            Directory.EnumerateFiles(directory["blocks"], "meta.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
            await Eventually.TrueAsync("the tenant index is written", () => Task.FromResult(File.Exists(Path.Combine(directory["blocks"], "single-tenant", "index.json.gz"))));
            (await clients["ingester"].GetStringAsync("/metrics", TestContext.Current.CancellationToken)).ShouldContain("tempo_ingester_blocks_flushed_total 1");
            (await clients["distributor"].GetStringAsync("/metrics", TestContext.Current.CancellationToken)).ShouldContain("tempo_distributor_spans_received_total{tenant=\"single-tenant\"}");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new InvalidOperationException(string.Join("\n---\n", processes.Select(process => process.Output)), exception);
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string path)
    {
        try
        {
            return (await http.GetAsync(path, TestContext.Current.CancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<int> CountAsync(HttpClient frontend)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var path = $"/api/search?q={Uri.EscapeDataString("{ }")}&limit=100&start={now - 600}&end={now + 60}";
        using var json = JsonDocument.Parse(await frontend.GetStringAsync(path, TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("traces").GetArrayLength();
    }

    private static string Configuration(TemporaryDirectory directory, int[] ports, bool encrypted) => $$$$$$$$"""
        server: {http_listen_address: 127.0.0.1, http_listen_port: ${PORT_HTTP}, grpc_listen_address: 127.0.0.1, grpc_listen_port: ${PORT_GRPC}{{{{{{{{(encrypted ? Server(directory) : "")}}}}}}}}}
        memberlist:
          node_name: ${NODE}
          bind_addr: ["127.0.0.1"]
          bind_port: ${PORT_HTTP_MEMBERLIST}
          advertise_addr: 127.0.0.1
          join_members: ["127.0.0.1:{{{{{{{{ports[11]}}}}}}}}"]
          cluster_label: "means nothing here"
        distributor:
          ring: {instance_addr: 127.0.0.1, instance_id: "${NODE}", kvstore: {store: memberlist}}
          receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:{{{{{{{{ports[15]}}}}}}}}"}, http: {endpoint: "127.0.0.1:{{{{{{{{ports[16]}}}}}}}}"}}}, jaeger: {protocols: {thrift_http: }}}
        ingester:
          lifecycler: {address: 127.0.0.1, id: "${NODE}", min_ready_duration: 0s, ring: {kvstore: {store: memberlist}, replication_factor: 1}}
          trace_idle_period: 1h
          trace_live_period: 1h
        ingester_client: {grpc_client_config: {{{{{{{{(encrypted ? Client(directory) : "{}")}}}}}}}}}
        querier: {frontend_worker: {frontend_address: "127.0.0.1:{{{{{{{{ports[8]}}}}}}}}", grpc_client_config: {{{{{{{{(encrypted ? Client(directory) : "{}")}}}}}}}}}}
        storage: {trace: {backend: local, local: {path: '{{{{{{{{directory["blocks"]}}}}}}}}'}, wal: {path: '{{{{{{{{directory["wal"]}}}}}}}}'}, blocklist_poll: 500ms}}
        """;

    private static string Server(TemporaryDirectory directory) =>
        $", grpc_tls_config: {{cert_file: '{directory["tls.crt"]}', key_file: '{directory["tls.key"]}', client_ca_file: '{directory["service-ca.crt"]}', client_auth_type: RequireAndVerifyClientCert}}";

    private static string Client(TemporaryDirectory directory) =>
        $"{{tls_enabled: true, tls_cert_path: '{directory["tls.crt"]}', tls_key_path: '{directory["tls.key"]}', tls_ca_path: '{directory["service-ca.crt"]}', tls_server_name: tempo.traces.svc}}";
}
