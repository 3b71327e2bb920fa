using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>The stack changed in place between one climb of the ladder and the next.</summary>
public sealed class ChangeTests
{
    private const string Path = "spec.template.querier.replicas";

    [Fact]
    public async Task A_run_with_a_change_climbs_before_it_after_it_and_with_fresh_traces()
    {
        await using var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("pipeline");

        // Named, because rungs 6 and 7 only make a run longer here: other runs climb them.
        var run = await FinishedRun.RunAsync(apphost, new RunRequest { RunId = "rchange", Change = { $"{Path}=2" }, Rungs = { 0, 1, 2, 3, 4, 5 } });

        run.Finished.ExitCode.ShouldBe(0, run.Finished.Summary);
        run.Finished.Verdict.ShouldBe(Verdict.Proven);
        var climbs = run.Receipt.GetProperty("climbs").EnumerateArray().ToList();
        climbs.Select(climb => Text(climb, "name")).ShouldBe(["before-change", "again", "fresh"]);
        foreach (var climb in climbs)
        {
            Text(climb, "verdict").ShouldBe("proven");
            climb.GetProperty("rungs").EnumerateArray().Where(rung => Text(rung, "verdict") == "proven")
                .Select(rung => rung.GetProperty("rung").GetInt32()).ShouldBe([0, 1, 2, 3, 4, 5], Text(climb, "name"));
        }

        // The same traces after the change as before it, and others beside them.
        var traces = climbs.Select(climb => Text(climb.GetProperty("traces"), "contentHash")).ToList();
        traces[1].ShouldBe(traces[0]);
        traces[2].ShouldNotBe(traces[0]);
        var change = run.Receipt.GetProperty("change");
        Text(change.GetProperty("before"), Path).ShouldBe("1");
        Text(change.GetProperty("now"), Path).ShouldBe("2");
        change.GetProperty("pods").EnumerateArray().Count(pod => pod.GetString()!.StartsWith("tempo-simplest-querier-", StringComparison.Ordinal)).ShouldBe(2);
        run.Finished.Leftovers.ShouldBeEmpty();
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
