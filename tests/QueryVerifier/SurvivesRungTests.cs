using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Tests;

[Collection(Worlds.Name)]
public sealed class SurvivesRungTests(World world)
{
    private const string RunId = "r3k9x0a2bq";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One Tempo, and callers who do not do what they say.</summary>
    [Fact]
    public async Task A_loss_that_did_not_happen_makes_rung_6_not_shown()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.AddRange([2, 6]);

        (await NotShownAsync(null)).Reason.ShouldContain("this test does nothing of the kind");
        (await NotShownAsync(_ => Task.FromResult(Scene.Shortened()))).Reason.ShouldContain("another answer came");

        var same = await NotShownAsync(_ => Task.FromResult(Scene.Lost("old")));
        same.Reason.ShouldContain("still there: ingester-0, data-ingester-0");
        (await NotShownAsync(_ => Task.FromResult(new VerifyInput { IngestersLost = new IngestersLost() }))).Reason.ShouldContain("no pod was replaced");

        var lie = await NotShownAsync(_ => Task.FromResult(Scene.Lost()));
        Broken(lie).ShouldBe(["a canary that only the ingesters had"]);
        lie.Reason.ShouldContain("200 by id: an ingester or its volume is still there");

        var volumeKept = await NotShownAsync(async _ =>
        {
            await scene.Tempo.RestartAsync(loseVolume: false, Ct);
            return Scene.Lost();
        });
        Broken(volumeKept).ShouldBe(["a canary that only the ingesters had"], "the write-ahead log has brought it back");

        var lost = (await scene.Verifier.VerifyAsync(request, Ct, wish => scene.FulfilAsync(wish, Ct))).Rungs[6];
        lost.Verdict.ShouldBe(Verdict.Proven, lost.Reason);

        async Task<RungResult> NotShownAsync(Func<Wish, Task<VerifyInput>>? caller)
        {
            var verified = await scene.Verifier.VerifyAsync(request, Ct, caller);
            verified.Rungs[6].Verdict.ShouldBe(Verdict.NotShown, verified.Rungs[6].Reason);
            verified.Verdict.ShouldBe(Verdict.NotShown);
            return verified.Rungs[6];
        }
    }

    [Fact]
    public async Task A_Tempo_that_answers_404_to_all_but_the_traces_makes_rung_6_not_shown_and_one_that_denies_a_trace_fails_it()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var ids = Enumerable.Range(0, 3).Select(index => Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, RunId, index).Span)).ToList();
        var (afterLoss, denied) = (false, "");
        await using var frontend = await Detour.StartAsync(
            scene.Tempo.Endpoints.QueryFrontend,
            path => path.Contains("/api/traces/", StringComparison.Ordinal) && afterLoss && (denied.Length == 0 ? !ids.Exists(path.Contains) : path.Contains(denied, StringComparison.Ordinal))
                ? "/api/traces/1"
                : path, Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.AddRange([2, 6]);
        request.Endpoints = request.Endpoints.Clone();
        request.Endpoints.QueryFrontend = frontend.Address;
        request.ListedWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(3));

        var deaf = await AfterLossAsync();
        deaf.Verdict.ShouldBe(Verdict.NotShown, deaf.Reason);
        Broken(deaf).ShouldBe(["a canary sent after the loss"]);

        denied = ids[1];
        var lossy = await AfterLossAsync();
        lossy.Verdict.ShouldBe(Verdict.Failed, lossy.Reason);
        lossy.Reason.ShouldContain("1 of 3 traces were not found with mode=blocks");
        lossy.Missing.ShouldBe([ids[1]]);

        async Task<RungResult> AfterLossAsync()
        {
            afterLoss = false;
            return (await scene.Verifier.VerifyAsync(request, Ct, async wish =>
            {
                var answer = await scene.FulfilAsync(wish, Ct);
                afterLoss = true;
                return answer;
            })).Rungs[6];
        }
    }

    private static IEnumerable<string> Broken(RungResult rung) => rung.Controls.Where(control => !control.Held).Select(control => control.Name);
}
