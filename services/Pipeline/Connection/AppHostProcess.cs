using System.Diagnostics;
using System.Runtime.InteropServices;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Connection;

/// <summary>An AppHost started for one command: brought up, used, and ended with everything it runs.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _log;

    private AppHostProcess(Process process, string log)
    {
        _process = process;
        _log = log;
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
        var appHost = new AppHostProcess(process, log.Name);
        _ = appHost.CopyAsync(log);
        try
        {
            await appHost.WaitAsync(home, progress, cancellationToken);
            return appHost;
        }
        catch
        {
            await appHost.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
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

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private async Task WaitAsync(string home, TextWriter progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await ticks.WaitForNextTickAsync(cancellationToken))
        {
            if (AppHostFile.Read(home) is { } file && file.Pid == _process.Id)
            {
                Pipeline = file.Pipeline;
                progress.WriteLine($"tempocos: services are up after {clock.Elapsed.TotalSeconds:0.0} s, dashboard {file.Dashboard}");
                return;
            }

            if (_process.HasExited)
            {
                throw new DiagnosticException("TC905", $"exit code {_process.ExitCode}", $"the AppHost ended before its services were up: {LastLine()}", $"Its log is {_log}.");
            }

            if (clock.Elapsed > StartLimit)
            {
                throw new DiagnosticException("TC905", $"{StartLimit.TotalMinutes:0} min", "the services did not come up in time", $"The AppHost's log is {_log}.");
            }
        }
    }

    private string LastLine() => File.Exists(_log) ? File.ReadLines(_log).LastOrDefault(line => line.Length > 0) ?? "" : "";

    private async Task CopyAsync(FileStream file)
    {
        await using var log = new StreamWriter(file) { AutoFlush = true };
        var writing = new SemaphoreSlim(1, 1);
        await Task.WhenAll(Copy(_process.StandardOutput), Copy(_process.StandardError));

        async Task Copy(StreamReader from)
        {
            while (await from.ReadLineAsync() is { } line)
            {
                await writing.WaitAsync();
                await log.WriteLineAsync(line);
                writing.Release();
            }
        }
    }
}
