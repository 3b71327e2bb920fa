using System.Diagnostics;
using System.Text.Json;

namespace TempoCos.Pipeline.Tests.Blocks;

/// <summary><c>tempocos blocks</c>, run as a user runs it, and what it said.</summary>
internal sealed record BlocksRun(int ExitCode, string Out, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string[] Cleared =
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"];

    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static Task<BlocksRun> RunAsync(params string[] arguments) => RunAsync([], arguments);

    public static async Task<BlocksRun> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        return await EndAsync(process);
    }

    public static Process Start(Dictionary<string, string> environment, params string[] arguments) => StartCommand("blocks", environment, arguments);

    public static Process StartCommand(string command, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(BlocksRun).Assembly.Location.Replace("TempoCos.Pipeline.Tests.dll", "tempocos.dll", StringComparison.Ordinal));
        start.ArgumentList.Add(command);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // No AppHost to start, and none of the credentials of whoever runs the tests.
        start.Environment["TEMPOCOS_APPHOST"] = "";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(Path.GetTempPath(), "tempocos-no-such-file");
        start.Environment["AWS_CONFIG_FILE"] = Path.Combine(Path.GetTempPath(), "tempocos-no-such-file");
        foreach (var name in Cleared)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static async Task<BlocksRun> EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new BlocksRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"tempocos blocks did not end within {Limit.TotalSeconds} s");
        }
    }

    public BlocksRun ShouldEnd(int exitCode)
    {
        ExitCode.ShouldBe(exitCode, $"{Out}\n{Error}");
        Error.ShouldNotContain("   at ");
        return this;
    }
}
