using System.Diagnostics;

namespace TempoCos.Pipeline.Tests;

/// <summary>A command and the AppHost that it starts: here a script in place of dotnet, which announces a real pipeline service.</summary>
public sealed class AppHostTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-apphost-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private bool HasEnded => File.Exists(Path.Combine(_home, "ended"));

    [Fact]
    public async Task An_AppHost_ends_with_its_command_but_not_before_the_run_of_another()
    {
        await using var services = await ScriptedServices.StartAsync();
        var (generating, generated) = (new TaskCompletionSource(), new TaskCompletionSource());
        services.OnGenerate = _ =>
        {
            generating.TrySetResult();
            return generated.Task;
        };
        using var server = await PipelineServer.StartAsync(_home, services);
        using var other = PipelineProcess.Start(_home, null, "run", "--run-id", "rother", "--pipeline", server.Address);
        await generating.Task.WaitAsync(Deadline, Stop);

        using var owner = Command($"{Announce("$$", server)}; trap 'touch {_home}/ended; exit 0' TERM; while :; do sleep 0.1; done", "status");
        await SaysAsync(owner, "another command's run is under way");
        HasEnded.ShouldBeFalse();
        generated.SetResult();

        (await owner.WaitAsync()).ShouldBe(4, owner.Output);
        HasEnded.ShouldBeTrue();
        (await other.WaitAsync()).ShouldBe(0, other.Output);
    }

    [Fact]
    public async Task An_AppHost_of_which_nobody_else_makes_use_ends_at_once()
    {
        await using var services = await ScriptedServices.StartAsync();
        using var server = await PipelineServer.StartAsync(_home, services);

        using var owner = Command($"{Announce("$$", server)}; trap 'touch {_home}/ended; exit 0' TERM; while :; do sleep 0.1; done", "status");

        (await owner.WaitAsync()).ShouldBe(4, owner.Output);
        HasEnded.ShouldBeTrue();
        owner.Output.ShouldNotContain("another command");
    }

    [Fact]
    public async Task An_AppHost_that_gives_way_to_another_is_not_missed_and_what_it_waits_for_is_told()
    {
        await using var services = await ScriptedServices.StartAsync();
        using var server = await PipelineServer.StartAsync(_home, services);

        using var late = Command($"echo 'tempocos: waiting for another'; {Announce($"{Environment.ProcessId}", server)}; echo 'TC910: another AppHost is using this directory ({_home}). Stop it.' >&2; exit 3", "status");

        (await late.WaitAsync()).ShouldBe(4, late.Output);
        late.Output.ShouldContain("tempocos: waiting for another");
        late.Output.ShouldContain($"using the AppHost that runs (pid {Environment.ProcessId}");
    }

    [Fact]
    public async Task An_AppHost_that_ends_early_is_told_with_its_last_line()
    {
        using var command = Command("echo 'TC910: another AppHost is using this directory' >&2; exit 3", "status");

        (await command.WaitAsync()).ShouldBe(3, command.Output);
        command.Output.ShouldContain("TC905");
        command.Output.ShouldContain("TC910: another AppHost is using this directory");
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>What a shell writes apphost.json with, at once as a whole.</summary>
    private string Announce(string pid, PipelineServer server) =>
        $$"""echo "{\"pid\":{{pid}},\"pipeline\":\"{{server.Address}}\",\"http\":\"{{server.HttpAddress}}\"}" > {{_home}}/draft; mv {{_home}}/draft {{_home}}/apphost.json""";

    /// <summary>A command that starts this script as its AppHost.</summary>
    private PipelineProcess Command(string script, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the AppHost is a shell script");
        var folder = Directory.CreateDirectory(Path.Combine(_home, "path")).FullName;
        var program = Path.Combine(folder, "dotnet");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
#pragma warning disable CA1416 // skipped above
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        return PipelineProcess.StartExecutable(
            new() { ["PATH"] = $"{folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}", ["TEMPOCOS_APPHOST"] = program }, _home, arguments);
    }

    private static async Task SaysAsync(PipelineProcess process, string text)
    {
        for (var waited = Stopwatch.StartNew(); !process.Output.Contains(text, StringComparison.Ordinal); await Task.Delay(20, Stop))
        {
            waited.Elapsed.ShouldBeLessThan(Deadline, process.Output);
        }
    }
}
