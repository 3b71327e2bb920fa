using System.Diagnostics;
using System.Text.Json;

namespace TempoCos.Hosting.Tests;

/// <summary>The built AppHost with a home of its own, as a process.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    public AppHostProcess(string home, params string[] args)
    {
        Home = home;
        var start = new ProcessStartInfo(new Projects.TempoCos_AppHost().ExecutablePath, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TempoCos__Home"] = home;
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public string Home { get; }

    public int Id => _process.Id;

    /// <summary>Waits until it says where it can be reached.</summary>
    public async Task<JsonElement> AnnouncedAsync()
    {
        var file = Path.Combine(Home, "apphost.json");
        for (var waited = Stopwatch.StartNew(); !File.Exists(file); await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            if (_process.HasExited)
            {
                Assert.Fail($"the AppHost ended before the pipeline was healthy: {(await EndAsync()).Error}");
            }

            waited.Elapsed.ShouldBeLessThan(Model.Deadline, "the pipeline did not become healthy");
        }

        return JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement;
    }

    /// <summary>DCP and everything that it runs.</summary>
    public IReadOnlyList<int> Processes()
    {
        var dcp = ProcessTable.WithArguments("start-apiserver", "--monitor", $"{Id}").ShouldNotBeNull();
        return [dcp, .. ProcessTable.Descendants(dcp)];
    }

    public void Signal(string name) => Process.Start("/bin/sh", ["-c", $"kill -{name} {Id}"])!.WaitForExit();

    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Model.Deadline);
        return (_process.ExitCode, await _output.WaitAsync(Model.Deadline), await _error.WaitAsync(Model.Deadline));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("TERM");
            await _process.WaitForExitAsync().WaitAsync(Model.Deadline);
        }

        _process.Dispose();
    }
}
