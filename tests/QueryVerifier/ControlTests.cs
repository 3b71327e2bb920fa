using Grpc.Net.Client;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>A check whose control passes proves nothing, whatever it checks.</summary>
[Collection(Worlds.Name)]
public sealed class ControlTests(World world)
{
    private const string RunId = "r3k9x0a2bq";
    private const string Never = $"{RunId}-never";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void A_control_that_did_not_hold_or_was_not_made_outweighs_a_claim_that_seems_to_hold()
    {
        Close(report => report.Control("first", "404", "404", held: true)).ShouldBe((Verdict.NotShown, "the control \"second\" was not made"));
        Close(report => Make(report, held: true)).ShouldBe((Verdict.Proven, ""));
        Close(report => Make(report, held: false)).ShouldBe((Verdict.NotShown, "the control \"second\" did not hold: expected 404, observed 200"));
        Close(report =>
        {
            Make(report, held: false);
            report.Fail("it is wrong");
        }).ShouldBe((Verdict.Failed, "it is wrong"));

        static void Make(RungReport report, bool held)
        {
            report.Control("first", "404", "404", held: true);
            report.Control("second", "404", held ? "404" : "200", held);
        }

        static (Verdict, string) Close(Action<RungReport> collect)
        {
            var report = new RungReport();
            collect(report);
            var result = report.Close(new TwoControls(), TimeSpan.Zero);
            return (result.Verdict, result.Reason);
        }
    }

    [Fact]
    public void A_comparison_that_does_not_see_a_change_makes_a_rung_not_shown()
    {
        var expectation = Expectation.From(
            new TraceManifest { RunId = RunId, Profile = "shop", Count = 1, Seed = SentRun.Seed, Base = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch) }, Ct);
        TraceComparison.Of(expectation, 0, expectation.Trace(0)).ShouldSatisfyAllConditions(sound => sound.Differences.ShouldBeEmpty(), sound => sound.SeesMutation.ShouldBeTrue());
        foreach (var (seen, verdict) in new[] { (true, Verdict.Proven), (false, Verdict.NotShown) })
        {
            var tally = new Tally(expectation);
            tally.Take(0, new TraceComparison(7, [], seen));
            var report = new RungReport();
            tally.Conclude(ReadBack.Api, report, 7);
            tally.Conclude(ReadBack.Files, report, 7);
            report.Close(new Comparing(), TimeSpan.Zero).Verdict.ShouldBe(verdict);
        }
    }

    [Fact]
    public async Task A_search_or_a_Jaeger_that_finds_what_was_never_sent_makes_rung_1_not_shown()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var (never, some) = (Id(Never), Id(RunId));
        await using var frontend = await Detour.StartAsync(scene.Tempo.Endpoints.QueryFrontend, path => path.Replace(Never, RunId, StringComparison.Ordinal), Ct);
        await using var jaeger = await Detour.StartAsync(scene.Tempo.Endpoints.Jaeger, path => path.Replace(never, some, StringComparison.Ordinal), Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.Add(1);
        request.Endpoints = request.Endpoints.Clone();
        request.Endpoints.QueryFrontend = frontend.Address;
        (await BrokenAsync(scene, request, 1)).ShouldBe(["a run id never used, by search"]);

        request.Endpoints.QueryFrontend = scene.Tempo.Endpoints.QueryFrontend;
        request.Endpoints.Jaeger = jaeger.Address;
        (await BrokenAsync(scene, request, 1)).ShouldBe(["an id never sent, through Jaeger"]);

        // Of a Jaeger that is not there nothing is claimed.
        request.Endpoints.Jaeger = "";
        (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[1].Claim.ShouldBe("Every trace is found by id, by TraceQL search and by its tags");
    }

    [Fact]
    public async Task Blocks_that_hold_an_id_never_sent_make_rung_2_not_shown()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        using var channel = GrpcChannel.ForAddress(scene.Tempo.Endpoints.OtlpGrpc);
        var forged = new ExportTraceServiceRequest();
        forged.ResourceSpans.AddRange(TraceSource.Generate(TraceProfile.Shop, SentRun.Seed, DateTimeOffset.UtcNow.AddSeconds(-2), Never, 0).ResourceSpans);
        await new TraceService.TraceServiceClient(channel).ExportAsync(forged, cancellationToken: Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.Add(2);
        (await BrokenAsync(scene, request, 2)).ShouldBe(["an id never sent, in the new blocks"]);
    }

    private static string Id(string runId) => Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, runId, 0).Span);

    private static async Task<IEnumerable<string>> BrokenAsync(Scene scene, VerifyRequest request, int number)
    {
        var rung = (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[number];
        rung.Verdict.ShouldBe(Verdict.NotShown, rung.Reason);
        return rung.Controls.Where(control => !control.Held).Select(control => control.Name);
    }

    private sealed class TwoControls() : Rung(1, "two", "Two controls hold")
    {
        public override IReadOnlyList<string> Controls => ["first", "second"];

        public override Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct) => Task.CompletedTask;
    }

    private sealed class Comparing() : Rung(5, "comparing", "What came back is what was sent")
    {
        public override IReadOnlyList<string> Controls => [Tally.ControlName(ReadBack.Api), Tally.ControlName(ReadBack.Files)];

        public override Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct) => Task.CompletedTask;
    }
}
