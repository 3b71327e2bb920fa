using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>The other kind of Tempo: one pod that does what five components do.</summary>
public sealed class MonolithicTests
{
    [Fact]
    public async Task A_TempoMonolithic_is_proven_on_every_rung_and_leaves_nothing_behind()
    {
        await using var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("pipeline");
        var manifest = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "tempomonolithic.yaml"), TestContext.Current.CancellationToken);

        var run = await FinishedRun.RunAsync(apphost, new RunRequest { RunId = "rmono", Manifest = manifest });

        run.Finished.ExitCode.ShouldBe(0, run.Finished.Summary);
        run.Finished.Verdict.ShouldBe(Verdict.Proven);
        run.Rungs.Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        run.Rungs.ShouldAllBe(rung => rung.Verdict == Verdict.Proven);
        run.Rungs.Skip(1).ShouldAllBe(rung => rung.Controls.Count > 0 && rung.Controls.All(control => control.Held));
        run.Rungs[6].Evidence["pods"].ShouldStartWith("tempo-simple-0: ");
        run.Rungs[6].Evidence["volume_claims"].ShouldStartWith("tempo-storage-tempo-simple-0: ");
        run.Rungs[7].Evidence["retention"].ShouldContain("spec.extraConfig.tempo.compactor.compaction.block_retention = 1s");
        run.Receipt.GetProperty("tempo").GetProperty("kind").GetString().ShouldBe("TempoMonolithic");
        run.Finished.Leftovers.ShouldBeEmpty();
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();
    }
}
