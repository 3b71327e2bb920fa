using System.Collections.Concurrent;
using System.Diagnostics;

namespace TempoCos.Tempo.Tests;

/// <summary>The built program as a process of its own.</summary>
internal sealed class TempoProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    private TempoProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public string Output => string.Join('\n', _errors);

    public int ExitCode => _process.ExitCode;

    /// <param name="args">Of the program.</param>
    /// <param name="environment">Besides this process' own.</param>
    /// <param name="maxFileBytes">The longest file that it may write, as if the disk were full then; 0 is no limit.</param>
    public static TempoProcess Start(IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null, int maxFileBytes = 0)
    {
        var info = new ProcessStartInfo(maxFileBytes > 0 ? "bash" : "dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        if (maxFileBytes > 0)
        {
            info.ArgumentList.Add("-c");
            info.ArgumentList.Add($"trap '' XFSZ; ulimit -f {maxFileBytes / 1024}; exec dotnet \"$@\"");
            info.ArgumentList.Add("bash");
            // The runtime maps its own code through a file otherwise.
            info.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        }

        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "TempoCos.Tempo.dll"));
        foreach (var arg in args)
        {
            info.ArgumentList.Add(arg);
        }

        info.Environment["TEMPOCOS_PARENT_PID"] = $"{Environment.ProcessId}";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        return new(Process.Start(info)!);
    }

    public async Task WaitForExitAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(deadline.Token);
    }

    /// <summary>SIGTERM.</summary>
    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await WaitForExitAsync();
    }

    /// <summary>SIGKILL: nothing of the process' own runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(10_000);
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _errors.Enqueue(line);
        }
    }
}
