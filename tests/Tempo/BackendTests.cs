using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using TempoCos.IbmCloud;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;
using TempoCos.Traces.Comparison;

namespace TempoCos.Tempo.Tests;

/// <summary>What reaches the backend, and what the compactor makes of it.</summary>
public sealed class BackendTests
{
    [Fact]
    public async Task Blocks_reach_a_bucket_and_are_read_from_it()
    {
        var stop = TestContext.Current.CancellationToken;
        using var directory = new TemporaryDirectory();
        await using var cloud = IbmCloudApp.Create(new() { DataDirectory = directory["cos"], Hmac = [new("AKIDTEST", "SECRETTEST")], LogLevel = Microsoft.Extensions.Logging.LogLevel.Error });
        await cloud.StartAsync(stop);
        var endpoint = new Uri(cloud.Urls.First());
        using var s3 = new AmazonS3Client(new BasicAWSCredentials("AKIDTEST", "SECRETTEST"), new AmazonS3Config { ServiceURL = endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        await s3.PutBucketAsync("tempo", stop);
        await using var tempo = await SingleProcess.StartAsync(
            directory, backend: $"backend: s3, s3: {{bucket: tempo, endpoint: '{endpoint.Authority}', insecure: true, access_key: AKIDTEST, secret_key: SECRETTEST}}");
        var traces = Sending.Traces(4);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
        (await s3.ListObjectsV2Async(new() { BucketName = "tempo" }, stop)).KeyCount.ShouldBe(0);

        await tempo.Http.GetAsync("/flush", stop);
        await ListedAsync(tempo.Http, traces);

        foreach (var trace in traces)
        {
            TraceDiff.Compare(trace, await Sending.GetAsync(tempo.Http, $"/api/traces/{Sending.Id(trace)}?mode=blocks")).ShouldBeEmpty();
        }

        var meta = (await new BlockCatalog(new S3BlockStore(s3, "tempo")).ListBlocksAsync(Tenancy.SingleTenant, stop)).ShouldHaveSingleItem();
        meta.TotalObjects.ShouldBe(traces.Count);
        (await BlockCheck.RunAsync(new S3BlockStore(s3, "tempo"), meta, stop)).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_blocks_become_one_with_the_same_traces()
    {
        var stop = TestContext.Current.CancellationToken;
        using var directory = new TemporaryDirectory();
        var catalog = new BlockCatalog(new LocalBlockStore(directory["blocks"]));
        var traces = Sending.Traces(6);
        await using (var idle = await SingleProcess.StartAsync(directory, "compactor: {disabled: true}"))
        {
            foreach (var part in traces.Chunk(3))
            {
                await Sending.SendAsync(idle.Address(ListenerRole.OtlpGrpc), part);
                await idle.Http.GetAsync("/flush", stop);
                await ListedAsync(idle.Http, part);
            }

            (await catalog.ListBlocksAsync(Tenancy.SingleTenant, stop)).Count.ShouldBe(2);
        }

        await using var tempo = await SingleProcess.StartAsync(directory, "compactor: {compaction: {compaction_cycle: 200ms, compaction_window: 20h}}");
        await Eventually.TrueAsync("the blocks are combined", async () => (await catalog.ListBlocksAsync(Tenancy.SingleTenant, stop)) is [{ CompactionLevel: 1 }]);

        (await catalog.ListCompactedAsync(Tenancy.SingleTenant, stop)).Count.ShouldBe(2);
        (await catalog.ListBlocksAsync(Tenancy.SingleTenant, stop))[0].TotalObjects.ShouldBe(6);
        foreach (var trace in traces)
        {
            TraceDiff.Compare(trace, await Sending.GetAsync(tempo.Http, $"/api/traces/{Sending.Id(trace)}?mode=blocks")).ShouldBeEmpty();
        }
    }

    private static async Task ListedAsync(HttpClient http, IEnumerable<TracesData> traces)
    {
        foreach (var trace in traces)
        {
            await Eventually.TrueAsync("the block is listed", async () => (await http.GetAsync($"/api/traces/{Sending.Id(trace)}?mode=blocks")).StatusCode == HttpStatusCode.OK);
        }
    }
}
