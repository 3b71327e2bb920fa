using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace TempoCos.Pipeline.Tests;

/// <summary>The built program, run as a user or an AppHost runs it.</summary>
internal sealed class PipelineProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private PipelineProcess(Process process) => _process = process;

    /// <summary>Standard error, and after it standard output, of which no line stands between those of the other.</summary>
    public string Output => Read(_errors) + Read(_output);

    public int Id => _process.Id;

    public static PipelineProcess Start(string home, Uri? services, params string[] arguments) => StartWith([], home, services, arguments);

    public static PipelineProcess StartWith(Dictionary<string, string> environment, string home, Uri? services, params string[] arguments) =>
        Start(new ProcessStartInfo("dotnet") { ArgumentList = { Program("tempocos.dll") } }, environment, home, services, arguments);

    /// <summary>As its own executable, which finds the programs that it starts in the PATH alone: dotnet finds itself first.</summary>
    public static PipelineProcess StartExecutable(Dictionary<string, string> environment, string home, params string[] arguments)
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Start(new ProcessStartInfo(Program("tempocos")), new(environment) { ["DOTNET_ROOT"] = root }, home, null, arguments);
    }

    private static string Program(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static PipelineProcess Start(ProcessStartInfo start, Dictionary<string, string> environment, string home, Uri? services, string[] arguments)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TempoCos__Home"] = home;
        start.Environment["TEMPOCOS_APPHOST"] = "";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        foreach (var service in services is null ? [] : (string[])["cos-provisioner", "tempostack-deployer", "trace-generator", "query-verifier"])
        {
            start.Environment[$"services__{service}__grpc__0"] = services!.ToString();
        }

        var process = new PipelineProcess(Process.Start(start)!);
        process._process.OutputDataReceived += (_, line) => Append(process._output, line.Data);
        process._process.ErrorDataReceived += (_, line) => Append(process._errors, line.Data);
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(string home, Uri? services, params string[] arguments)
    {
        using var process = Start(home, services, arguments);
        return (await process.WaitAsync(), process.Output);
    }

    public async Task<int> WaitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"tempocos did not end within {Limit.TotalSeconds} s; it said:\n{Output}");
        }

        return _process.ExitCode;
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();

            // It writes into the home, which goes next.
            _process.WaitForExit(Limit);
        }

        _process.Dispose();
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }
}
