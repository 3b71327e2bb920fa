using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace TempoCos.Hosting.Tests;

/// <summary>The built AppHost with a home of its own, as a process.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    public AppHostProcess(string home, params string[] args)
        : this(home, new Dictionary<string, string>(), args)
    {
    }

    public AppHostProcess(string home, IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        Home = home;
        var start = new ProcessStartInfo(new Projects.TempoCos_AppHost().ExecutablePath, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TempoCos__Home"] = home;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = ReadErrorAsync();
    }

    public string Home { get; }

    public int Id => _process.Id;

    /// <summary>Waits until it says where it can be reached.</summary>
    public async Task<JsonElement> AnnouncedAsync()
    {
        var file = Path.Combine(Home, "apphost.json");
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            // Another's may be there before.
            if (File.Exists(file) && JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement is var announced && announced.GetProperty("pid").GetInt32() == Id)
            {
                return announced;
            }

            await RunsAsync("the pipeline was healthy");
            waited.Elapsed.ShouldBeLessThan(Model.Deadline, "the pipeline did not become healthy");
        }
    }

    /// <summary>Waits until it writes a line with this text on standard error.</summary>
    public async Task SaysAsync(string text)
    {
        for (var waited = Stopwatch.StartNew(); !Said().Contains(text, StringComparison.Ordinal); await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            await RunsAsync($"it said '{text}'");
            waited.Elapsed.ShouldBeLessThan(Model.Deadline, $"it did not say '{text}'");
        }
    }

    /// <summary>Waits until nobody is told any more where it can be reached; it still runs then.</summary>
    public async Task WithdrawnAsync()
    {
        for (var waited = Stopwatch.StartNew(); File.Exists(Path.Combine(Home, "apphost.json")); await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            waited.Elapsed.ShouldBeLessThan(Model.Deadline, "it says still where it can be reached");
        }

        await RunsAsync("that was to be seen");
    }

    /// <summary>DCP and everything that it runs.</summary>
    public IReadOnlyList<int> Processes()
    {
        var dcp = ProcessTable.WithArguments("start-apiserver", "--monitor", $"{Id}").ShouldNotBeNull();
        return [dcp, .. ProcessTable.Descendants(dcp)];
    }

    public void Signal(string name) => Signal(name, Id);

    public static void Signal(string name, int pid) => Process.Start("/bin/sh", ["-c", $"kill -{name} {pid}"])!.WaitForExit();

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

    private async Task RunsAsync(string until)
    {
        if (_process.HasExited)
        {
            Assert.Fail($"the AppHost ended before {until}: {(await EndAsync()).Error}");
        }
    }

    private async Task<string> ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_said)
            {
                _said.AppendLine(line);
            }
        }

        return Said();
    }

    private string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }
}
