using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.Traces;
using TempoCos.Traces.Comparison;

namespace TempoCos.TraceGenerator.Tests;

public sealed class ManifestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_manifest_alone_gives_back_exactly_what_went_over_the_wire()
    {
        await using var server = await OtlpReceiver.StartAsync(Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct, ("Generator:MaxTracesPerRequest", "7"));
        var before = DateTimeOffset.UtcNow;
        var manifest = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 40, Seed = 9, Concurrency = 4 }, Ct)).Manifest;

        (manifest.Count, manifest.Seed, manifest.Profile, manifest.RunId).ShouldBe((40, 9UL, "shop", "r3k9x0a2bq"));
        using var hash = new TraceHash();
        var received = new TracesData();
        received.ResourceSpans.AddRange(server.Received.SelectMany(request => request.ResourceSpans));
        var expected = new TracesData();
        for (var index = 0; index < manifest.Count; index++)
        {
            var trace = TraceSource.Generate(TraceProfile.Shop, manifest.Seed, manifest.Base.ToDateTimeOffset(), manifest.RunId, index);
            hash.Add(trace);
            expected.ResourceSpans.AddRange(trace.ResourceSpans);
        }

        TraceDiff.Compare(expected, received).ShouldBeEmpty();
        manifest.ContentHash.ShouldBe(hash.ToString());
        var spans = server.Received.SelectMany(OtlpReceiver.Spans).ToList();
        Nanoseconds(manifest.Start).ShouldBe(spans.Min(span => span.StartTimeUnixNano));
        Nanoseconds(manifest.End).ShouldBe(spans.Max(span => span.EndTimeUnixNano));
        manifest.End.ToDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow, "nothing lies in the future by default");
        manifest.Start.ToDateTimeOffset().ShouldBeGreaterThan(before.AddMinutes(-2), "Tempo moves what is older than two minutes");
    }

    [Fact]
    public async Task The_same_order_twice_sends_the_same_bytes()
    {
        await using var server = await OtlpReceiver.StartAsync(Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var order = new GenerateRequest { OtlpEndpoint = server.Address, Count = 30, Seed = 4, Start = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow), Concurrency = 1 };
        var first = await generator.GenerateAsync(order.Clone(), Ct);
        var second = await generator.GenerateAsync(order.Clone(), Ct);

        second.Manifest.ShouldBe(first.Manifest);
        server.Received[1].ShouldBe(server.Received[0]);
        order.Seed = 5;
        (await generator.GenerateAsync(order, Ct)).Manifest.ContentHash.ShouldNotBe(first.Manifest.ContentHash);
    }

    [Fact]
    public async Task Requests_hold_whole_traces_and_stay_below_the_limit()
    {
        await using var server = await OtlpReceiver.StartAsync(Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct, ("Generator:MaxRequestBytes", "60000"));
        await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 200 }, Ct);

        server.Received.Count.ShouldBeGreaterThan(3);
        server.Received.ShouldAllBe(request => request.CalculateSize() <= 60_000);
        server.Received.ShouldContain(request => OtlpReceiver.Spans(request).Select(span => span.TraceId).Distinct().Count() > 1, "several traces a request");
        var requestsOfTrace = server.Received
            .SelectMany((request, number) => OtlpReceiver.Spans(request).Select(span => (span.TraceId, number)).Distinct())
            .GroupBy(pair => pair.TraceId);
        requestsOfTrace.ShouldAllBe(requests => requests.Count() == 1);
    }

    [Fact]
    public async Task A_hundred_thousand_spans_go_out_in_bounded_memory()
    {
        long spans = 0;
        await using var server = await OtlpReceiver.StartAsync(
            (request, _, _) =>
            {
                Interlocked.Add(ref spans, OtlpReceiver.Spans(request).Count());
                return new ExportTraceServiceResponse();
            },
            Ct,
            keep: false);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var generated = await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 10_000, Concurrency = 4 }, Ct);

        generated.Manifest.Spans.ShouldBeGreaterThan(100_000);
        generated.Account.AcceptedSpans.ShouldBe(generated.Manifest.Spans);
        spans.ShouldBe(generated.Manifest.Spans);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(50_000_000);
    }

    [Fact]
    public async Task The_rate_holds_traces_back()
    {
        await using var server = await OtlpReceiver.StartAsync(Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var started = DateTimeOffset.UtcNow;
        await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 11, TracesPerSecond = 20 }, Ct);
        (DateTimeOffset.UtcNow - started).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(490));
        server.Received.Count.ShouldBeGreaterThan(5);
    }

    private static ulong Nanoseconds(Timestamp time) => ((ulong)time.Seconds * 1_000_000_000) + (ulong)time.Nanos;
}
