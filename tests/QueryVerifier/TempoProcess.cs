using System.Diagnostics;
using System.Net;
using TempoCos.Contracts;
using TempoCos.Tempo.Tests;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>A Tempo in a process of its own, all targets in one, its blocks in a bucket of the world's store; and a jaeger-query before it.</summary>
internal sealed class TempoProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(90);
    private readonly List<Process> _processes = [];
    private readonly List<string> _log = [];
    private Func<TempoClocks, string> _configuration = _ => "";
    private TempoClocks _clocks = TempoClocks.Default;
    private string _directory = "";

    public TempoEndpoints Endpoints { get; private set; } = new();

    /// <param name="world">Where the bucket is.</param>
    /// <param name="bucket">For the blocks.</param>
    /// <param name="clocks">How fast it flushes, compacts and forgets.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<TempoProcess> StartAsync(World world, string bucket, TempoClocks clocks, CancellationToken ct)
    {
        var tempo = new TempoProcess();
        var ports = Ports.Take(4);
        var (http, grpc, otlp, jaeger) = (ports[0], ports[1], ports[2], ports[3]);
        tempo._directory = world.NewDirectory("tempo");
        tempo._clocks = clocks;
        tempo._configuration = now => Configuration(world, bucket, tempo._directory, now, http, grpc, otlp);
        tempo.Endpoints = new TempoEndpoints
        {
            OtlpGrpc = $"http://127.0.0.1:{otlp}",
            QueryFrontend = $"http://127.0.0.1:{http}",
            Ingester = $"http://127.0.0.1:{http}",
            Jaeger = $"http://127.0.0.1:{jaeger}",
            ReachedBy = "loopback",
        };
        try
        {
            await tempo.StartAsync(ct);
            tempo.Start(null, "jaeger-query", "--tempo-url", tempo.Endpoints.QueryFrontend, "--http-port", $"{jaeger}");
            await tempo.WaitAsync($"{tempo.Endpoints.Jaeger}/api/services", ct);
            return tempo;
        }
        catch
        {
            await tempo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it and starts it again, on an empty volume if so asked.</summary>
    public async Task RestartAsync(bool loseVolume, CancellationToken ct, TempoClocks? clocks = null)
    {
        var tempo = _processes[0];
        tempo.Kill(entireProcessTree: true);
        await tempo.WaitForExitAsync(ct);
        _processes.Remove(tempo);
        tempo.Dispose();
        if (loseVolume)
        {
            Directory.Delete(Path.Combine(_directory, "wal"), recursive: true);
        }

        _clocks = clocks ?? _clocks;
        await StartAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task StartAsync(CancellationToken ct)
    {
        var file = Path.Combine(_directory, "tempo.yaml");
        await File.WriteAllTextAsync(file, _configuration(_clocks), ct);
        Start(Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_BINARY"), "-target=all", $"-config.file={file}", "-config.expand-env=true");
        await WaitAsync($"{Endpoints.QueryFrontend}/ready", ct);
    }

    private static string Configuration(World world, string bucket, string directory, TempoClocks clocks, int http, int grpc, int otlp) =>
        $$$"""
        server: {http_listen_address: 127.0.0.1, http_listen_port: {{{http}}}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {{{grpc}}}}
        distributor:
          receivers:
            otlp:
              protocols:
                grpc: {endpoint: "127.0.0.1:{{{otlp}}}" }
        ingester:
          max_block_duration: {{{clocks.MaxBlockDuration}}}
          trace_idle_period: 1s
          flush_check_period: 1s
          lifecycler: {address: 127.0.0.1, min_ready_duration: 0s, ring: {kvstore: {store: inmemory}, replication_factor: 1}}
        compactor: {compaction: {compaction_cycle: {{{clocks.CompactionCycle}}}, block_retention: {{{clocks.BlockRetention}}}, compacted_block_retention: {{{clocks.CompactedBlockRetention}}}}}
        query_frontend: {search: {query_backend_after: 0s}}
        storage:
          trace:
            backend: s3
            blocklist_poll: 1s
            wal: {path: {{{directory}}}/wal}
            s3: {bucket: {{{bucket}}}, endpoint: "{{{new Uri(world.StoreUrl).Authority}}}", insecure: true, access_key: {{{World.AccessKey}}}, secret_key: {{{World.SecretKey}}}}
        usage_report: {reporting_enabled: false}
        """;

    private void Start(string? binary, params string[] arguments)
    {
        string[] own = ["exec", Path.Combine(AppContext.BaseDirectory, "TempoCos.Tempo.dll")];
        var start = new ProcessStartInfo(string.IsNullOrEmpty(binary) ? "dotnet" : binary, string.IsNullOrEmpty(binary) ? [.. own, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TEMPOCOS_PARENT_PID"] = $"{Environment.ProcessId}" },
        };
        var process = Process.Start(start)!;
        _processes.Insert(arguments[0] == "jaeger-query" ? _processes.Count : 0, process);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.Add(line.Data ?? "");
        }
    }

    private async Task WaitAsync(string url, CancellationToken ct)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var started = Stopwatch.StartNew();
        var last = "no answer";
        Process? ended = null;
        while (started.Elapsed < ReadyWithin && (ended = _processes.Find(process => process.HasExited)) is null)
        {
            try
            {
                using var response = await client.GetAsync(url, ct);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }

                last = $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(ct)}";
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                last = exception.Message;
            }

            await Task.Delay(100, ct);
        }

        lock (_log)
        {
            var outcome = ended is null ? $"within {ReadyWithin}" : $"before a process ended with exit code {ended.ExitCode}";
            throw new TimeoutException($"{url} did not answer 200 {outcome} ({last}):\n{string.Join('\n', _log.TakeLast(30))}");
        }
    }
}
