using Amazon.Runtime;
using Amazon.S3;
using TempoCos.IbmCloud;
using TempoCos.StorageCost.Projection;
using TempoCos.StorageCost.Tests.Support;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Tests;
using TempoCos.TempoBlocks;

namespace TempoCos.StorageCost.Tests.Model;

/// <summary>
/// What the model predicts is what a Tempo asks of its bucket, as the store logs it. The embedded Tempo differs from Grafana's where a test says so; Grafana's own is the better
/// judge, where it is at hand.
/// </summary>
public sealed class ModelAgainstTempoTests : IAsyncLifetime
{
    // A poll may be under way when the counting begins, and another when it ends.
    private const int PollsAside = 2;
    private const int PollsWatched = 20;

    private readonly Tempo.Tests.TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new();
    private WebApplication _cloud = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Store => _cloud.Urls.First().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        _cloud = IbmCloudApp.Create(new() { DataDirectory = _directory["cos"], Hmac = [new("seeded", "seeded-secret")], LogLevel = LogLevel.Error });
        await _cloud.StartAsync(Ct);
        using var s3 = Client();
        await s3.PutBucketAsync("blocks", Ct);
    }

    [Fact]
    public async Task Polls_ask_what_the_model_says()
    {
        await WriteBlocksAsync(3);
        await using var tempo = await StartAsync("compactor: {disabled: true}");

        var (lines, polls) = await WatchAsync(new PolledTempo(tempo.Http));

        // The embedded Tempo lists a tenant in one part, and asks for tenants by the newer listing.
        var load = new TempoWorkload { Tenants = 1, Blocks = 3, ListConcurrency = 1, IndexBuilders = 1, Compactors = 1, Queriers = 0, QueryFrontends = 0 };
        ShouldBeNear(PerPoll(load, "list tenants"), polls, lines.Count(IsTenantListing));
        ShouldBeNear(PerPoll(load, "list blocks"), polls, lines.Count(line => IsListing(line) && !IsTenantListing(line)));
        ShouldBeNear(PerPoll(load, "write tenant index"), polls, lines.Count(line => line.Operation == "PutObject"));
        lines.Count(line => line.Operation == "GetObject").ShouldBe(0, "what is known is not read again");
        lines.Count(line => line.Class == "A").ShouldBe(lines.Count, "and there is nothing that the model does not know");
    }

    [Fact]
    public async Task More_pages_are_more_listings()
    {
        // 1,300 objects are two pages.
        using var s3 = Client();
        await Parallel.ForAsync(0, 1300, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct }, async (i, ct) =>
            await s3.PutObjectAsync(new() { BucketName = "blocks", Key = $"single-tenant/00000000-0000-0000-0000-{i:d12}/bloom-0", ContentBody = "x" }, ct));
        await using var tempo = await StartAsync("compactor: {disabled: true}");

        var (lines, polls) = await WatchAsync(new PolledTempo(tempo.Http));

        ShouldBeNear(TempoProjection.ListingsPerPoll(1300, 1, 4), polls, lines.Count(line => IsListing(line) && !IsTenantListing(line)));
    }

    [Fact]
    public async Task A_blocks_life_asks_what_the_model_says()
    {
        await using var tempo = await StartAsync("compactor: {compaction: {compaction_cycle: 300ms, compacted_block_retention: 1s}}");
        foreach (var run in (string[])["r0000000001", "r0000000002"])
        {
            await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), Sending.Traces(3, run));
            await tempo.Http.GetAsync("/flush", Ct);
            await Eventually.TrueAsync("a block was flushed", async () => (await LinesAsync()).Count(line => IsDescriptionWritten(line)) > (run.EndsWith('1') ? 0 : 1));
        }

        // A block's objects go one after the other, in no promised order; what is expected below has to have happened.
        await Eventually.TrueAsync("two blocks were compacted and deleted", async () =>
            (await LinesAsync()).Where(line => line.Operation == "DeleteObject").GroupBy(BlockOf).Count(block => block.Count() >= 6) >= 2);

        var lines = await LinesAsync();
        var born = lines.Where(IsDescriptionWritten).Select(BlockOf).ToList();
        var retired = lines.Where(line => line.Operation == "CopyObject").Select(BlockOf).ToHashSet(StringComparer.Ordinal);
        retired.Count.ShouldBe(2);
        var load = new TempoWorkload { SpansPerSecond = 1, Blocks = 1 };
        var (writes, retires, deletes) = (PerEvent(load, "write blocks", 4320), 1, 4);
        foreach (var block in retired)
        {
            var own = lines.Where(line => BlockOf(line) == block).ToList();
            born.ShouldContain(block);
            own.Count(line => line.Operation == "PutObject").ShouldBe((int)writes, "data, bloom filter, index, description");
            own.Count(line => line.Operation == "CopyObject").ShouldBe(retires);
            // Its meta.json twice: when it is retired, and once more by the embedded Tempo before the rest goes.
            own.Count(line => line is { Operation: "DeleteObject" }).ShouldBe(retires + deletes + 1);
            own.Count(line => line is { Operation: "GetObject" } && line.Key.EndsWith("/meta.json", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(2, "by the poll, and by the compaction to see that it is still there");
        }
    }

    [Fact]
    public async Task The_embedded_Tempo_counts_its_requests_as_the_store_does()
    {
        await WriteBlocksAsync(2);
        var before = (await LinesAsync()).Count;
        await using var tempo = await StartAsync("compactor: {disabled: true}");
        await new PolledTempo(tempo.Http).PolledAsync(3);

        await Eventually.TrueAsync("both sides tell the same", async () =>
        {
            var metrics = await tempo.Http.GetStringAsync("/metrics", Ct);
            var lines = (await LinesAsync())[before..];
            return lines.Count > 0 && lines.GroupBy(line => (line.Method, line.Status)).All(group =>
                metrics.Contains($$"""tempodb_backend_request_duration_seconds_count{operation="{{group.Key.Method}}",status_code="{{group.Key.Status}}"} {{group.Count()}}""" + "\n", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Grafanas_Tempo_polls_as_the_model_says()
    {
        await WriteBlocksAsync(3);
        var ports = Ports.Take(4);
        using var process = await PolledTempo.StartRealAsync(_directory.Path, new Uri(Store), ports[0], ports[1..]);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };
            await Eventually.TrueAsync("the real Tempo answers", async () => await AnswersAsync(http), TimeSpan.FromMinutes(2));
            var tempo = new PolledTempo(http);
            await tempo.PolledAsync(2);
            var (lines, polls) = await WatchAsync(tempo);

            var load = new TempoWorkload { Tenants = 1, Blocks = 3, IndexBuilders = 2, Compactors = 1, Queriers = 0, QueryFrontends = 0 };
            ShouldBeNear(PerPoll(load, "list tenants"), polls, lines.Count(line => line.Operation == "ListObjects"));
            ShouldBeNear(PerPoll(load, "list blocks"), polls, lines.Count(line => line.Operation == "ListObjectsV2"), 3);
            ShouldBeNear(PerPoll(load, "write tenant index"), polls, lines.Count(line => line.Operation == "PutObject"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.StopAsync(CancellationToken.None);
        await _cloud.DisposeAsync();
        _http.Dispose();
        _directory.Dispose();
    }

    private static double PerPoll(TempoWorkload load, string activity) => PerEvent(load, activity, TempoProjection.Month / load.Poll);

    private static double PerEvent(TempoWorkload load, string activity, double events) => TempoProjection.Of(load).First(projected => projected.Activity == activity).ClassA / events;

    private static void ShouldBeNear(double perPoll, long polls, int counted, int parts = 1) => ((double)counted).ShouldBe(perPoll * polls, perPoll * PollsAside * parts, $"{perPoll} for each of {polls} polls");

    private static bool IsListing(LogLine line) => line.Operation is "ListObjects" or "ListObjectsV2";

    private static bool IsTenantListing(LogLine line) => IsListing(line) && line.Query.Contains("delimiter=", StringComparison.Ordinal);

    private static bool IsDescriptionWritten(LogLine line) => line.Operation == "PutObject" && line.Key.EndsWith("/meta.json", StringComparison.Ordinal);

    private static string BlockOf(LogLine line) => line.Key.Split('/') is [_, var block, _] ? block : "";

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync("/ready", Ct)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private AmazonS3Client Client() => new(new BasicAWSCredentials("seeded", "seeded-secret"), new AmazonS3Config { ServiceURL = Store, ForcePathStyle = true, AuthenticationRegion = "us-east" });

    private Task<SingleProcess> StartAsync(string extra) => SingleProcess.StartAsync(
        _directory, extra, $"backend: s3, s3: {{bucket: blocks, endpoint: '{new Uri(Store).Authority}', insecure: true, region: us-east, access_key: seeded, secret_key: seeded-secret}}");

    private async Task WriteBlocksAsync(int count)
    {
        using var s3 = Client();
        var store = new S3BlockStore(s3, "blocks");
        for (var i = 0; i < count; i++)
        {
            var traces = Sending.Traces(2, $"r000000000{i}").Select(trace => new TraceRecord(TraceId16.FromBytes(trace.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId.Span), trace)).OrderBy(trace => trace.Id);
            await new BlockWriter(store, new BlockWriterOptions()).WriteAsync("single-tenant", traces, null, Ct);
        }
    }

    // Polls that were counted, and what the store logged meanwhile.
    private async Task<(List<LogLine> Lines, long Polls)> WatchAsync(PolledTempo tempo)
    {
        await tempo.PolledAsync(2);
        var first = await tempo.PollsAsync();
        var since = (await LinesAsync())[^1].N;
        await tempo.PolledAsync(first + PollsWatched);
        var polls = await tempo.PollsAsync() - first;
        return ([.. (await LinesAsync()).Where(line => line.N > since)], polls);
    }

    private async Task<List<LogLine>> LinesAsync() => [.. (await StoreLog.ReadAsync(_http, Store)).Lines];
}
