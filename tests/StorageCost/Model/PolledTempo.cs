using System.Diagnostics;
using System.Globalization;
using TempoCos.Tempo.Tests;

namespace TempoCos.StorageCost.Tests.Model;

/// <summary>A Tempo that polls a bucket: how often it has, and a way to wait for more.</summary>
internal sealed class PolledTempo(HttpClient http)
{
    private const string Polls = "tempodb_blocklist_poll_duration_seconds_count ";

    public async Task<long> PollsAsync()
    {
        var metrics = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return metrics.Split('\n').FirstOrDefault(line => line.StartsWith(Polls, StringComparison.Ordinal)) is { } line ? (long)double.Parse(line[Polls.Length..], CultureInfo.InvariantCulture) : 0;
    }

    public Task PolledAsync(long count) => Eventually.TrueAsync($"Tempo has polled {count} times", async () => await PollsAsync() >= count, TimeSpan.FromMinutes(2));

    /// <summary>Grafana's Tempo on the bucket, when TEMPOCOS_TEMPO_BINARY names its program.</summary>
    public static async Task<Process> StartRealAsync(string directory, Uri store, int http, int[] others)
    {
        var program = Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_BINARY");
        Assert.SkipWhen(string.IsNullOrEmpty(program), "The real Tempo is not at hand: TEMPOCOS_TEMPO_BINARY names no program.");
        var file = Path.Combine(directory, "tempo.yaml");
        await File.WriteAllTextAsync(file, $$$$$$"""
            server: {http_listen_address: 127.0.0.1, http_listen_port: {{{{{{http}}}}}}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {{{{{{others[0]}}}}}}, log_level: error}
            usage_report: {reporting_enabled: false}
            memberlist: {bind_addr: [127.0.0.1], bind_port: {{{{{{others[1]}}}}}}}
            distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:{{{{{{others[2]}}}}}}"}}}}, ring: {kvstore: {store: inmemory}, instance_addr: 127.0.0.1}}
            ingester: {lifecycler: {address: 127.0.0.1, ring: {kvstore: {store: inmemory}, replication_factor: 1}}}
            compactor: {compaction: {compaction_cycle: 1h, block_retention: 1000h}}
            storage:
              trace:
                backend: s3
                blocklist_poll: 1s
                wal: {path: '{{{{{{Path.Combine(directory, "wal")}}}}}}'}
                s3: {bucket: blocks, endpoint: '{{{{{{store.Authority}}}}}}', insecure: true, region: us-east, access_key: seeded, secret_key: seeded-secret}
            """, TestContext.Current.CancellationToken);
        return Process.Start(new ProcessStartInfo(program!) { ArgumentList = { "-target=all", $"-config.file={file}" } })!;
    }
}
