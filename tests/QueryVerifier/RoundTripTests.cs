using TempoCos.Otlp;
using TempoCos.TempoBlocks;
using TempoCos.Traces;
using TempoCos.Traces.Comparison;

namespace TempoCos.QueryVerifier.Tests;

[Collection(Worlds.Name)]
public sealed class RoundTripTests(World world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_the_shop_profile_has_survives_a_block_in_the_bucket()
    {
        var traces = Enumerable.Range(0, 200).Select(index => TraceSource.Generate(TraceProfile.Shop, 1, DateTimeOffset.UtcNow.AddMinutes(-1), "r3k9x0a2bq", index)).ToDictionary(IdOf);
        var store = new S3BlockStore(world.S3, await world.NewBucketAsync(Ct));
        var records = traces.OrderBy(pair => pair.Key).Select(pair => new TraceRecord(pair.Key, pair.Value)).ToList();
        var meta = await new BlockWriter(store, new BlockWriterOptions()).WriteAsync("single-tenant", records, null, Ct);

        (await BlockCheck.RunAsync(store, meta, Ct)).Problems.ShouldBeEmpty();
        await using var reader = await BlockReader.OpenAsync(store, meta, Ct);
        var read = 0;
        await foreach (var record in reader.ReadAllAsync(Ct))
        {
            read++;
            TraceDiff.Compare(traces[record.Id], record.Trace).ShouldBeEmpty();
        }

        read.ShouldBe(200);
    }

    private static TraceId16 IdOf(TracesData trace) => TraceId16.FromBytes(trace.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId.Span);
}
