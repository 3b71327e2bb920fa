using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace TempoCos.Tempo.Tests;

/// <summary>The real Tempo 2.10.8, when the environment variable TEMPOCOS_TEMPO_BINARY names its program, over a directory of blocks.</summary>
internal sealed class RealTempo : IAsyncDisposable
{
    private const string Variable = "TEMPOCOS_TEMPO_BINARY";
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private RealTempo(Process process, HttpClient http, Uri otlp)
    {
        (_process, Http, Otlp) = (process, http, otlp);
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    /// <summary>OTLP over gRPC.</summary>
    public Uri Otlp { get; }

    /// <param name="directory">Where its files go; its blocks are in the folder "blocks".</param>
    /// <param name="compactor">The settings of its compactor.</param>
    /// <param name="storage">More settings of its storage, each after a comma.</param>
    /// <param name="multitenancy">Whether requests name their tenant.</param>
    /// <param name="more">More of its configuration.</param>
    public static async Task<RealTempo> StartAsync(TemporaryDirectory directory, string compactor, string storage = "", bool multitenancy = false, string more = "")
    {
        var program = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(program), $"The real Tempo is not at hand: {Variable} names no program.");
        var ports = Ports.Take(4);
        var yaml = $$$$$$"""
            server: {http_listen_address: 127.0.0.1, http_listen_port: {{{{{{ports[0]}}}}}}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {{{{{{ports[1]}}}}}}, log_level: error}
            multitenancy_enabled: {{{{{{(multitenancy ? "true" : "false")}}}}}}
            usage_report: {reporting_enabled: false}
            memberlist: {bind_addr: [127.0.0.1], bind_port: {{{{{{ports[2]}}}}}}}
            distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:{{{{{{ports[3]}}}}}}"}}}}, ring: {kvstore: {store: inmemory}, instance_addr: 127.0.0.1}}
            ingester: {lifecycler: {address: 127.0.0.1, ring: {kvstore: {store: inmemory}, replication_factor: 1}}}
            query_frontend: {search: {query_backend_after: 0s, max_duration: 0s}}
            compactor: {{{{{{compactor}}}}}}
            storage: {trace: {backend: local, local: {path: '{{{{{{directory["blocks"]}}}}}}'}, wal: {path: '{{{{{{directory["real-wal"]}}}}}}'}, blocklist_poll: 1s{{{{{{storage}}}}}}}}
            {{{{{{more}}}}}}
            """;
        var file = directory[$"real-{ports[0].ToString(CultureInfo.InvariantCulture)}.yaml"];
        await File.WriteAllTextAsync(file, yaml, TestContext.Current.CancellationToken);
        var process = Process.Start(new ProcessStartInfo(program!)
        {
            ArgumentList = { "-target=all", $"-config.file={file}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var tempo = new RealTempo(process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}"), Timeout = TimeSpan.FromSeconds(60) }, new Uri($"http://127.0.0.1:{ports[3]}"));
        try
        {
            await Eventually.TrueAsync("the real Tempo is ready", tempo.IsReadyAsync);
            return tempo;
        }
        catch
        {
            await tempo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until its metrics show this line.</summary>
    // Its compactor begins after a minute of a stable ring.
    public Task ShowsAsync(string metric) => Eventually.TrueAsync(
        $"the real Tempo shows {metric}",
        async () => (await Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n').Contains(metric),
        TimeSpan.FromMinutes(3));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        _process.HasExited.ShouldBeFalse($"the real Tempo ended: {string.Join('\n', _output)}");
        try
        {
            return (await Http.GetAsync("/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
