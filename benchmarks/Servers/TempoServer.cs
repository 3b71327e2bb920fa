using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace TempoCos.Benchmarks.Servers;

/// <summary>A Tempo that runs as a process on loopback; disposing ends it.</summary>
internal sealed class TempoServer : IAsyncDisposable
{
    private const int KeptLines = 20;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private bool _disposed;

    private TempoServer(Process process, int httpPort, int otlpPort, string data)
    {
        _process = process;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"), Timeout = TimeSpan.FromMinutes(2) };
        OtlpEndpoint = $"http://127.0.0.1:{otlpPort}";
        BlockFolder = BlocksOf(data);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    public string OtlpEndpoint { get; }

    /// <summary>Where the blocks of the only tenant are.</summary>
    public string BlockFolder { get; }

    public int Id => _process.Id;

    public ProcessUsage Usage => ProcessUsage.Of(_process);

    public static string BlocksOf(string data) => Path.Combine(data, "blocks", "single-tenant");

    /// <summary>Starts it on a data directory and waits until it is ready.</summary>
    public static async Task<TempoServer> StartAsync(TempoProgram program, string data, bool compaction, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(data, "blocks"));
        Directory.CreateDirectory(Path.Combine(data, "wal"));
        var ports = FreePorts.Take(3);
        var info = program.StartInfo(["-target=all", $"-config.file={Path.Combine(AppContext.BaseDirectory, "tempo.yaml")}", "-config.expand-env=true"]);
        info.WorkingDirectory = data;
        info.Environment["HTTP_PORT"] = $"{ports[0]}";
        info.Environment["GRPC_PORT"] = $"{ports[1]}";
        info.Environment["OTLP_PORT"] = $"{ports[2]}";
        info.Environment["DATA"] = data;
        info.Environment["COMPACTION_DISABLED"] = compaction ? "false" : "true";
        info.Environment["TEMPOCOS_PARENT_PID"] = $"{Environment.ProcessId}";
        var process = Process.Start(info) ?? throw new EnvironmentException($"{program.Path} does not start", "Check that it is a program for this machine.");
        StartedProcesses.Add(process);
        var server = new TempoServer(process, ports[0], ports[2], data);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The sum of a metric over its labels.</summary>
    public async Task<double> MetricAsync(string name, CancellationToken cancellationToken)
    {
        var text = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        return text.Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Http.Dispose();
        if (!_process.HasExited)
        {
            // Nothing of its state is needed any more.
            _process.Kill();
            using var deadline = new CancellationTokenSource(EndDeadline);
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        StartedProcesses.Remove(_process);
        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var last = "no answer";
        while (clock.Elapsed < StartDeadline)
        {
            if (_process.HasExited)
            {
                throw new EnvironmentException($"the program ended with code {_process.ExitCode}: {string.Join(" | ", _lines)}", "Try it alone with benchmarks/tempo.yaml.");
            }

            try
            {
                using var response = await Http.GetAsync(new Uri("/ready", UriKind.Relative), cancellationToken);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }

                last = await response.Content.ReadAsStringAsync(cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                last = exception.Message;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new EnvironmentException($"the program was not ready within {StartDeadline.TotalSeconds:0} s: {last}", "Try it alone with benchmarks/tempo.yaml.");
    }

    private void Keep(string? line)
    {
        if (line is { Length: > 0 })
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }
        }
    }
}
