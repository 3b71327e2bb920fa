using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>The whole ladder over Grafana's own Tempo: its five components as processes, or in containers of an engine.</summary>
public sealed class RealTempoTests
{
    [Fact]
    public async Task Over_the_real_binary_a_run_is_proven_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_BINARY")), "skipped: no binary (TEMPOCOS_TEMPO_BINARY)");
        await ProveAsync("rreal");
    }

    [Fact]
    public async Task In_containers_of_the_real_image_a_run_is_proven_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TEMPOCOS_CONTAINER_ENGINE")) || string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_IMAGE")),
            "skipped: no container engine (TEMPOCOS_CONTAINER_ENGINE) or no image (TEMPOCOS_TEMPO_IMAGE)");
        await ProveAsync("rimage");
    }

    private static async Task ProveAsync(string runId)
    {
        await using var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("pipeline");

        var (finished, rungs, _) = await FinishedRun.RunAsync(apphost, new RunRequest { RunId = runId });

        finished.ExitCode.ShouldBe(0, finished.Summary);
        finished.Verdict.ShouldBe(Verdict.Proven);
        rungs.Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        rungs.ShouldAllBe(rung => rung.Verdict == Verdict.Proven);
        rungs.Skip(1).ShouldAllBe(rung => rung.Controls.Count > 0 && rung.Controls.All(control => control.Held));
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();
    }
}
