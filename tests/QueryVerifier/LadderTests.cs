using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.Tempo.Tests;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Tests;

[Collection(LadderWorlds.Name)]
public sealed class LadderTests(World world)
{
    private const string RunId = "r3k9x0a2bq";
    private static readonly Duration Short = Duration.FromTimeSpan(TimeSpan.FromSeconds(3));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_is_where_it_should_be_is_proven_rung_by_rung()
    {
        await using var scene = await Scene.StartAsync(world, Ct, TempoClocks.Fast);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Accelerated["storage.trace.blocklist_poll"] = "1s";
        request.Accelerated["compactor.compaction.compaction_cycle"] = "1s";
        request.Accelerated["compactor.compaction.compacted_block_retention"] = "1s";
        var verified = await scene.Verifier.VerifyAsync(request, Ct, wish => scene.FulfilAsync(wish, Ct));

        for (var number = 0; number < verified.Rungs.Count; number++)
        {
            verified.Rungs[number].ShouldSatisfyAllConditions(rung => rung.Verdict.ShouldBe(Verdict.Proven, rung.Reason), rung => rung.Reason.ShouldBeEmpty());
        }

        verified.Verdict.ShouldBe(Verdict.Proven);
        verified.Rungs.Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        verified.Rungs.Select(rung => rung.Controls.Count).ShouldBe([0, 3, 2, 1, 1, 2, 5, 5]);
        verified.Rungs.SelectMany(rung => rung.Controls).ShouldAllBe(control => control.Held);
        var written = verified.Rungs[2].Evidence;
        written["reached_by"].ShouldStartWith("forced flush; accelerated configuration: ");
        Guid.Parse(written["blocks"].Split(',')[0]).ShouldNotBe(Guid.Empty);
        long.Parse(written["bytes"], null).ShouldBeGreaterThan(0);
        verified.Rungs[5].Evidence["blocks_spans"].ShouldBe($"{run.Manifest.Spans} of {run.Manifest.Spans}");
        verified.Rungs[5].Evidence["api_spans"].ShouldBe($"{run.Manifest.Spans} of {run.Manifest.Spans}");
        scene.Verifier.Events.Where(stageEvent => stageEvent.State == StepState.Succeeded).Select(stageEvent => stageEvent.Step)
            .ShouldBe(["query-frontend", "bucket", "rung-0", "rung-1", "rung-2", "rung-3", "rung-4", "rung-5", "rung-6", "rung-7"]);
        scene.Verifier.Wishes.Select(wish => wish.WishCase).ShouldBe([Wish.WishOneofCase.LoseIngesters, Wish.WishOneofCase.ShortenRetention]);
        var listed = verified.Rungs[3].Evidence;
        listed["listed"].ShouldBe(written["blocks"]);
        listed["blocklist_length"].ShouldBe("1");
        verified.Rungs[6].Evidence["pods"].ShouldBe("ingester-0: old -> new");
        var lived = verified.Rungs[7].Evidence;
        lived["compaction_inputs"].ShouldStartWith($"{written["blocks"]} (level 0, 10 traces)");
        lived["compaction_output"].ShouldContain("(level 1, ");
        lived["inputs_in_bucket"].ShouldStartWith("deleted");
        lived["blocks_after_retention"].ShouldBe("0");
        lived["search_after_retention"].ShouldEndWith(": 0 traces");

        verified.Usage.Operations.Keys.Order().ShouldBe(["GetObject", "ListObjectsV2"]);
        verified.Usage.ClassA.ShouldBe(verified.Usage.Operations["ListObjectsV2"]);
        verified.Usage.ClassB.ShouldBe(verified.Usage.Operations["GetObject"]);
        verified.Usage.BytesReceived.ShouldBeGreaterThan(long.Parse(written["bytes"], null));
        var ingester = verified.Tempo.Single(told => told.Component == "ingester");
        ingester.Requests["PUT 200"].ShouldBeGreaterThan(0, "it wrote blocks");
    }

    [Fact]
    public async Task Traces_that_the_ingester_never_flushes_are_queryable_and_not_written()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.NaturalFlush = true;
        request.WrittenWithin = Short;
        var verified = await scene.Verifier.VerifyAsync(request, Ct, wish => scene.FulfilAsync(wish, Ct));

        Verdicts(verified).ShouldBe([Verdict.Proven, Verdict.Proven, Verdict.Failed, Verdict.NotShown, Verdict.NotShown, Verdict.NotShown, Verdict.Failed, Verdict.NotShown]);
        verified.Rungs[6].Reason.ShouldContain("10 of 10 traces are lost with the ingesters");
        verified.Rungs[6].Missing.Count.ShouldBe(10);
        verified.Rungs[7].Reason.ShouldContain("rung 2 is failed");
        verified.Verdict.ShouldBe(Verdict.Failed);
        verified.Rungs[2].Missing.Count.ShouldBe(10);
        verified.Rungs[2].Evidence["reached_by"].ShouldStartWith("natural wait");
        verified.Rungs[4].Reason.ShouldContain("rung 2 is failed");
        verified.Rungs[5].Reason.ShouldContain("rung 2 is failed");
        verified.Rungs[5].Evidence["api_traces"].ShouldBe("10 of 10", "what can still be judged is judged");
    }

    [Fact]
    public async Task A_tempo_that_flushes_by_itself_is_proven_by_waiting()
    {
        await using var scene = await Scene.StartAsync(world, Ct, TempoClocks.Default with { MaxBlockDuration = "5s" });
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.NaturalFlush = true;
        var verified = await scene.Verifier.VerifyAsync(request, Ct);
        verified.Rungs[2].Verdict.ShouldBe(Verdict.Proven, verified.Rungs[2].Reason);
        verified.Rungs[2].Evidence["reached_by"].ShouldStartWith("natural wait");
        verified.Rungs[5].Verdict.ShouldBe(Verdict.Proven, verified.Rungs[5].Reason);
    }

    [Fact]
    public async Task A_trace_that_was_withheld_is_named()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 5, alter: (index, trace) => index == 3 ? null : trace);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.QueryableWithin = Short;
        var verified = await scene.Verifier.VerifyAsync(request, Ct);

        var withheld = Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, RunId, 3).Span);
        verified.Verdict.ShouldBe(Verdict.Failed);
        foreach (var number in (int[])[1, 2, 5])
        {
            verified.Rungs[number].Verdict.ShouldBe(Verdict.Failed);
            verified.Rungs[number].Missing.ShouldBe([withheld]);
        }

        verified.Rungs[2].Evidence["traces_in_bucket"].ShouldBe("4 of 5");
    }

    [Fact]
    public async Task A_manifest_with_another_seed_fails_rung_5_without_waiting()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 2);
        run.Manifest.Seed++;
        var verified = await scene.Verifier.VerifyAsync(run.Request(scene.Tempo, scene.Bucket, scene.Baseline), Ct);
        Verdicts(verified).Take(6).ShouldBe([Verdict.Proven, Verdict.NotShown, Verdict.NotShown, Verdict.NotShown, Verdict.NotShown, Verdict.Failed]);
        verified.Rungs[5].Reason.ShouldContain("content hash");
    }

    [Fact]
    public async Task A_trace_that_was_altered_on_its_way_fails_rung_5_with_the_field_and_both_values()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, alter: (index, trace) =>
        {
            if (index == 4)
            {
                trace.ResourceSpans[0].ScopeSpans[0].Spans[0].Name = "forged";
            }

            return trace;
        });
        var verified = await scene.Verifier.VerifyAsync(run.Request(scene.Tempo, scene.Bucket, scene.Baseline), Ct);
        Verdicts(verified).Take(6).ShouldBe([Verdict.Proven, Verdict.Proven, Verdict.Proven, Verdict.Proven, Verdict.Proven, Verdict.Failed]);
        verified.Rungs[5].Reason.ShouldContain("API: 1 of 10 traces differ");
        verified.Rungs[5].Reason.ShouldContain("blocks: 1 of 10 traces differ");
        verified.Rungs[5].Reason.ShouldContain("got \"forged\"");
        verified.Rungs[5].Missing.ShouldBe([Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, RunId, 4).Span)]);
    }

    [Theory]
    [InlineData("data.parquet", true)]
    [InlineData("bloom-0", true)]
    [InlineData("data.parquet", false)]
    [InlineData("bloom-0", false)]
    [InlineData("meta.json", false)]
    public async Task A_block_that_lost_an_object_or_some_of_its_bytes_fails_rung_2(string damaged, bool deleted)
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.AddRange([1, 2]);
        var sound = await scene.Verifier.VerifyAsync(request, Ct);
        sound.Rungs[2].Verdict.ShouldBe(Verdict.Proven, sound.Rungs[2].Reason);

        var block = sound.Rungs[2].Evidence["blocks"];
        await scene.DamageAsync($"single-tenant/{block}/{damaged}", deleted, Ct);
        request.NaturalFlush = true;
        request.WrittenWithin = Short;
        var verified = await scene.Verifier.VerifyAsync(request, Ct);
        verified.Rungs[2].Verdict.ShouldBe(Verdict.Failed);
        verified.Rungs[2].Reason.ShouldContain(block);
        verified.Rungs[2].Missing.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Blocks_that_held_the_traces_before_the_run_make_rung_2_not_shown()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.Add(2);
        (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[2].Verdict.ShouldBe(Verdict.Proven);

        request.Baseline = await scene.Verifier.BaselineAsync(scene.Bucket, Ct);
        request.Baseline.BlockIds.Count.ShouldBe(1);
        await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3, @base: run.Manifest.Base.ToDateTimeOffset());
        var again = await scene.Verifier.VerifyAsync(request, Ct);
        again.Rungs[2].Verdict.ShouldBe(Verdict.NotShown, again.Rungs[2].Reason);
        again.Rungs[2].Controls.Single(control => !control.Held).Observed.ShouldContain(request.Baseline.BlockIds[0]);
        again.Verdict.ShouldBe(Verdict.NotShown);

        request.Baseline = null;
        (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[2].Reason.ShouldContain("no baseline");
    }

    [Fact]
    public async Task A_frontend_that_does_not_honour_mode_blocks_makes_rung_4_not_shown()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        await using var frontend = await Detour.StartAsync(scene.Tempo.Endpoints.QueryFrontend, path => path.Replace("?mode=blocks", "", StringComparison.Ordinal), Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Endpoints = request.Endpoints.Clone();
        request.Endpoints.QueryFrontend = frontend.Address;
        var verified = await scene.Verifier.VerifyAsync(request, Ct);
        verified.Rungs[4].Verdict.ShouldBe(Verdict.NotShown);
        verified.Rungs[4].Reason.ShouldContain("does not honour mode=blocks");
        verified.Verdict.ShouldBe(Verdict.NotShown);

        var denied = Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, RunId, 1).Span);
        await using var denying = await Detour.StartAsync(scene.Tempo.Endpoints.QueryFrontend, path => path.Replace($"{denied}?mode=blocks", "1?mode=blocks", StringComparison.Ordinal), Ct);
        request.Endpoints.QueryFrontend = denying.Address;
        request.Rungs.AddRange([2, 4]);
        request.ListedWithin = Short;
        var failed = await scene.Verifier.VerifyAsync(request, Ct);
        failed.Rungs[4].Verdict.ShouldBe(Verdict.Failed, failed.Rungs[4].Reason);
        failed.Rungs[4].Missing.ShouldBe([denied]);
    }

    [Fact]
    public async Task A_trace_whose_spans_stand_in_two_blocks_is_put_together_before_it_is_compared()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var first = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3, alter: (index, trace) => index == 1 ? Half(trace, 0) : trace);
        var request = first.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.Add(2);
        (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[2].Verdict.ShouldBe(Verdict.Proven);

        request.Rungs.Add(5);
        var halved = (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[5];
        halved.Verdict.ShouldBe(Verdict.Failed);
        halved.Reason.ShouldContain("blocks: 1 of 3 traces differ");

        await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3, @base: first.Manifest.Base.ToDateTimeOffset(), alter: (index, trace) => index == 1 ? Half(trace, 1) : null);
        await scene.FlushAsync(blocks: 2, Ct);
        request.Rungs.AddRange([3, 4]);
        var whole = await scene.Verifier.VerifyAsync(request, Ct);
        whole.Rungs[2].Evidence["block_count"].ShouldBe("2");
        whole.Verdict.ShouldBe(Verdict.Proven, whole.Rungs[5].Reason);

        static TracesData Half(TracesData trace, int rest)
        {
            var spans = trace.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans).ToList();
            foreach (var scope in trace.ResourceSpans.SelectMany(resource => resource.ScopeSpans))
            {
                foreach (var span in scope.Spans.Where(span => spans.IndexOf(span) % 2 != rest).ToList())
                {
                    scope.Spans.Remove(span);
                }
            }

            return trace;
        }
    }

    [Fact]
    public async Task A_frontend_that_finds_ids_never_sent_makes_rung_1_not_shown()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var (never, some) = (Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, $"{RunId}-never", 0).Span), Convert.ToHexStringLower(TraceSource.TraceId(SentRun.Seed, RunId, 0).Span));
        await using var frontend = await Detour.StartAsync(scene.Tempo.Endpoints.QueryFrontend, path => path.Replace(never, some, StringComparison.Ordinal), Ct);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.Add(1);
        request.Endpoints = request.Endpoints.Clone();
        request.Endpoints.QueryFrontend = frontend.Address;
        var verified = await scene.Verifier.VerifyAsync(request, Ct);
        verified.Rungs[1].Verdict.ShouldBe(Verdict.NotShown, verified.Rungs[1].Reason);
        verified.Rungs[1].Reason.ShouldContain("an id never sent, by id");
        verified.Rungs[0].Reason.ShouldBe("not asked for");
    }

    [Fact]
    public async Task Spans_that_were_not_accepted_fail_rung_0_with_their_counts()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 1);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.Add(0);
        request.Account.AcceptedSpans -= 3;
        request.Account.RejectedSpans = 1;
        request.Account.UnknownSpans = 2;
        var verified = await scene.Verifier.VerifyAsync(request, Ct);
        verified.Rungs[0].Verdict.ShouldBe(Verdict.Failed);
        verified.Rungs[0].Reason.ShouldContain("1 were rejected, 0 dropped and 2 are unknown");
        verified.Verdict.ShouldBe(Verdict.Failed);
    }

    [Fact]
    public async Task Requests_that_cannot_be_used_are_named()
    {
        var bucket = await world.NewBucketAsync(Ct);
        await world.NewBucketSecretAsync(bucket, Ct);
        await using var verifier = await VerifierProgram.StartAsync(world.Kubeconfig, Ct);
        VerifyRequest request = new()
        {
            RunId = RunId,
            Endpoints = new TempoEndpoints { QueryFrontend = $"http://127.0.0.1:{Ports.Take(1)[0]}" },
            Bucket = new BucketReference { Namespace = World.Namespace, SecretName = bucket },
            Manifest = new TraceManifest { RunId = RunId, Profile = "shop", Count = 1, Base = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) },
        };
        await FailAsync("TC422", _ => { });
        await FailAsync("TC421", changed => changed.Endpoints.QueryFrontend = "127.0.0.1:3200");
        await FailAsync("TC421", changed => changed.Endpoints.QueryFrontend = "");
        await FailAsync("TC423", changed => changed.Manifest = null);
        await FailAsync("TC423", changed => changed.Manifest.Profile = "bank");
        await FailAsync("TC423", changed => changed.Manifest.Count = 0);
        await FailAsync("TC221", changed => changed.Bucket = null);

        (await VerifierProgram.FailAsync(() => verifier.ConverseAsync(new VerifyInput { Refusal = new Refusal() }, Ct))).Code.ShouldBe("TC424");

        async Task FailAsync(string code, Action<VerifyRequest> change)
        {
            var changed = request.Clone();
            change(changed);
            (await VerifierProgram.FailAsync(() => verifier.VerifyAsync(changed, Ct))).Code.ShouldBe(code);
        }
    }

    private static IEnumerable<Verdict> Verdicts(Verified verified) => verified.Rungs.Select(rung => rung.Verdict);
}
