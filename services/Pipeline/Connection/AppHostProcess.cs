using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Connection;

/// <summary>An AppHost started for one command: brought up, used, and ended with everything it runs.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    /// <summary>What the AppHost says to the user, through whoever started it.</summary>
    private const string ToUser = "tempocos: ";

    /// <summary>Beside the start itself, another AppHost's end is waited for.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan OthersLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan OneAnswer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OthersPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly string _log;
    private readonly TextWriter _progress;
    private readonly CancellationToken _interrupted;
    private readonly Task _copied;
    private Uri? _http;
    private volatile string _lastLine = "";

    private AppHostProcess(Process process, FileStream log, TextWriter progress, CancellationToken interrupted)
    {
        _process = process;
        _log = log.Name;
        _progress = progress;
        _interrupted = interrupted;
        _copied = CopyAsync(log);
    }

    public Uri Pipeline { get; private set; } = null!;

    public static async Task<AppHostProcess> StartAsync(string home, TextWriter progress, CancellationToken cancellationToken)
    {
        var program = Environment.GetEnvironmentVariable("TEMPOCOS_APPHOST");
        if (!File.Exists(program))
        {
            throw new DiagnosticException(
                "TC904", program ?? "TEMPOCOS_APPHOST", "no pipeline service runs and no AppHost is known to start one",
                "Use the launcher ./tempocos, start 'dotnet run --project TempoCos.AppHost', or name a service with --pipeline URL.");
        }

        var log = CreateLog(home);
        progress.WriteLine("tempocos: starting the services and the dashboard");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { program, "--no-run", "--owner", $"{Environment.ProcessId}" },
            WorkingDirectory = Path.GetDirectoryName(program),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TempoCos__Home"] = home },
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        var appHost = new AppHostProcess(process, log, progress, cancellationToken);
        try
        {
            await appHost.WaitAsync(home, cancellationToken);
            return appHost;
        }
        catch
        {
            await appHost.DisposeAsync();
            throw;
        }
    }

    /// <summary>The error that a program told in one line, for the user to read as the command's own; null when the line is none.</summary>
    internal static DiagnosticException? Told(string line) => Diagnostic().Match(line) is { Success: true } match
        ? new DiagnosticException(match.Groups["code"].Value, match.Groups["value"].Value, match.Groups["reason"].Value, match.Groups["fix"].Value)
        : null;

    public async ValueTask DisposeAsync()
    {
        await OthersAsync();
        if (!_process.HasExited)
        {
            Signal(_process);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    /// <summary>Waits for the runs of commands that have attached themselves to this AppHost: they would be interrupted with it.</summary>
    private async Task OthersAsync()
    {
        // After an interruption it takes another one, which ends this process.
        var interrupted = _interrupted.IsCancellationRequested;
        var isTold = false;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = OneAnswer };
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < OthersLimit && _interrupted.IsCancellationRequested == interrupted && await IsBusyAsync(client); await Task.Delay(OthersPause))
        {
            if (!isTold)
            {
                _progress.WriteLine("tempocos: another command's run is under way in these services, which end after it (Ctrl-C ends both)");
                isTold = true;
            }
        }
    }

    private async Task<bool> IsBusyAsync(HttpClient client)
    {
        try
        {
            using var idle = _http is null ? null : await client.GetAsync(new Uri(_http, "/idle"));
            return idle?.StatusCode == HttpStatusCode.ServiceUnavailable;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static FileStream CreateLog(string home)
    {
        try
        {
            Directory.CreateDirectory(home);
            return new FileStream(Path.Combine(home, "apphost.log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("TC901", home, "the state directory cannot be written", "Set TempoCos__Home to a directory that you can write.", exception);
        }
    }

    private static void Signal(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
        }
        else if (Kill(process.Id, 15) != 0)
        {
            process.Kill();
        }
    }

    [GeneratedRegex(@"^(?<code>TC[0-9]{3}): (?<reason>.+?) \((?<value>[^()]*)\)\. (?<fix>.+)$")]
    private static partial Regex Diagnostic();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private async Task WaitAsync(string home, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await ticks.WaitForNextTickAsync(cancellationToken))
        {
            if (AppHostFile.Read(home) is { } file && file.Pid == _process.Id)
            {
                (Pipeline, _http) = (file.Pipeline, file.Http);
                _progress.WriteLine($"tempocos: services are up after {clock.Elapsed.TotalSeconds:0.0} s, dashboard {file.Dashboard}");
                return;
            }

            if (_process.HasExited)
            {
                await Task.WhenAny(_copied, Task.Delay(LogLimit, cancellationToken));
                throw Told(_lastLine) ?? new DiagnosticException("TC905", $"exit code {_process.ExitCode}", $"the AppHost ended before its services were up: {_lastLine}", $"Its log is {_log}.");
            }

            if (clock.Elapsed > StartLimit)
            {
                throw new DiagnosticException("TC905", $"{StartLimit.TotalMinutes:0} min", "the services did not come up in time", $"The AppHost's log is {_log}.");
            }
        }
    }

    private async Task CopyAsync(FileStream file)
    {
        await using var log = new StreamWriter(file) { AutoFlush = true };
        var writing = new SemaphoreSlim(1, 1);
        await Task.WhenAll(Copy(_process.StandardOutput), Copy(_process.StandardError));

        async Task Copy(StreamReader from)
        {
            while (await from.ReadLineAsync() is { } line)
            {
                _lastLine = line.Length > 0 ? line : _lastLine;
                if (line.StartsWith(ToUser, StringComparison.Ordinal))
                {
                    _progress.WriteLine(line);
                }

                await writing.WaitAsync();
                await log.WriteLineAsync(line);
                writing.Release();
            }
        }
    }
}
