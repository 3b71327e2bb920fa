using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Tests;

[Collection(Worlds.Name)]
public sealed class LivesOnRungTests(World world)
{
    private const string RunId = "r3k9x0a2bq";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Tempo_that_would_take_too_long_is_not_disturbed_and_says_how_long()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 2);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        var verified = await scene.Verifier.VerifyAsync(request, Ct, wish => scene.FulfilAsync(wish, Ct));
        verified.Rungs[7].Verdict.ShouldBe(Verdict.NotShown);
        verified.Rungs[7].Reason.ShouldContain("it may take 900 s here (blocklist_poll 300 s, compaction_cycle 30 s), and it has 60 s");
        verified.Verdict.ShouldBe(Verdict.Proven, "who did not ask for rung 7 does not miss it");
        scene.Verifier.Wishes.ShouldHaveSingleItem().LoseIngesters.ShouldNotBeNull();

        request.Rungs.AddRange([2, 7]);
        (await scene.Verifier.VerifyAsync(request, Ct)).Verdict.ShouldBe(Verdict.NotShown, "who asked for it by its number does");

        // It says that it is fast, and is not.
        Accelerate(request);
        request.LivesOnWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(4));
        var idle = (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[7];
        idle.Verdict.ShouldBe(Verdict.NotShown, idle.Reason);
        idle.Reason.ShouldContain("no compaction took up");
    }

    /// <summary>One Tempo that is true, a query-frontend before it that lies in one way after the other, and at last a retention that nobody shortens.</summary>
    [Fact]
    public async Task Every_control_and_every_claim_of_rung_7_can_break()
    {
        await using var scene = await Scene.StartAsync(world, Ct, TempoClocks.Fast);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var ids = Enumerable.Range(0, 3).Select(index => Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, RunId, index).Span)).ToList();
        var never = Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, $"{RunId}-never", 0).Span);
        Func<string, string> change = path => path;
        await using var frontend = await Detour.StartAsync(scene.Tempo.Endpoints.QueryFrontend, path => change(path), Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.AddRange([2, 7]);
        request.Endpoints = request.Endpoints.Clone();
        request.Endpoints.QueryFrontend = frontend.Address;
        Accelerate(request);

        change = path => path.Replace(never, ids[0], StringComparison.Ordinal);
        var generous = await JudgedAsync(null);
        generous.Verdict.ShouldBe(Verdict.NotShown, generous.Reason);
        Broken(generous).ShouldBe(["an id never sent, with mode=blocks"]);

        request.LivesOnWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(5));
        change = path => path.Replace(ids[2], never, StringComparison.Ordinal);
        var lossy = await JudgedAsync(null);
        lossy.Verdict.ShouldBe(Verdict.Failed, lossy.Reason);
        lossy.Missing.ShouldBe([ids[2]]);

        change = path => path;
        var kept = await JudgedAsync(_ => Task.FromResult(Scene.Shortened()));
        kept.Verdict.ShouldBe(Verdict.Failed, kept.Reason);
        kept.Reason.ShouldContain("1 blocks are still in the bucket");
        kept.Reason.ShouldContain("3 of 3 traces are still answered by id");

        request.Rungs.Add(6);
        change = path => path.StartsWith("/api/search?", StringComparison.Ordinal) ? path.Replace(RunId, "rnobody", StringComparison.Ordinal) : path;
        var blind = await JudgedAsync(wish => wish.LoseIngesters is null ? Task.FromResult(Scene.Shortened()) : scene.FulfilAsync(wish, Ct));
        blind.Verdict.ShouldBe(Verdict.NotShown, blind.Reason);
        Broken(blind).ShouldBe(["by id and by search, just before retention"]);

        request.LivesOnWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(60));
        change = path => path;
        var deaf = await JudgedAsync(async wish =>
        {
            var answer = await scene.FulfilAsync(wish, Ct);
            if (wish.ShortenRetention is not null)
            {
                change = path => path.StartsWith("/api/traces/", StringComparison.Ordinal) ? "/api/traces/1" : path;
            }

            return answer;
        });
        deaf.Verdict.ShouldBe(Verdict.NotShown, deaf.Reason);
        Broken(deaf).ShouldBe(["a canary sent after retention"]);

        async Task<RungResult> JudgedAsync(Func<Wish, Task<VerifyInput>>? caller) => (await scene.Verifier.VerifyAsync(request, Ct, caller)).Rungs[7];
    }

    private static void Accelerate(VerifyRequest request)
    {
        request.Accelerated["storage.trace.blocklist_poll"] = "1s";
        request.Accelerated["compactor.compaction.compaction_cycle"] = "500ms";
        request.Accelerated["compactor.compaction.compacted_block_retention"] = "1s";
    }

    private static IEnumerable<string> Broken(RungResult rung) => rung.Controls.Where(control => !control.Held).Select(control => control.Name);
}
