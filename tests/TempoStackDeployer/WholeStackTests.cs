using System.Globalization;
using Amazon.S3;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.AspNetCore.Builder;
using TempoCos.IbmCloud;
using TempoCos.Otlp;
using BasicAWSCredentials = Amazon.Runtime.BasicAWSCredentials;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>With the sandbox's own Tempo in the pods and its object store beneath.</summary>
[Collection(SandboxCluster.Others)]
public sealed class WholeStackTests
{
    private const int Batches = 20;
    private const int SpansOfBatch = 500;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_spans_go_in_through_one_forward_and_are_found_through_another()
    {
        var data = Directory.CreateTempSubdirectory("tempocos-cos-");
        await using var store = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = data.FullName, Hmac = [new HmacSeed("some-key-id", "hidden-word")] });
        await store.StartAsync(Stop);
        await CreateBucketAsync(store.Urls.First());
        await using (var cluster = await SandboxCluster.StartAsync(null))
        {
            await cluster.ProvisionAsync(endpoint: store.Urls.First());
            await using var deployer = await cluster.DeployerAsync();
            var deployed = await deployer.DeployAsync(Samples.Request());

            // Tempo's ring converges by gossip: a ready distributor may for a moment know of no ingester, and says Unavailable, which OTLP clients try again.
            var retry = new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = 5,
                    InitialBackoff = TimeSpan.FromSeconds(1),
                    MaxBackoff = TimeSpan.FromSeconds(10),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            };
            using var channel = GrpcChannel.ForAddress(deployed.Endpoints.OtlpGrpc, new GrpcChannelOptions { ServiceConfig = new ServiceConfig { MethodConfigs = { retry } } });
            var client = new TraceService.TraceServiceClient(channel);
            var rejected = await Task.WhenAll(Enumerable.Range(1, Batches).Select(async batch => (await client.ExportAsync(Batch(batch), cancellationToken: Stop)).PartialSuccess?.RejectedSpans ?? 0));

            rejected.ShouldAllBe(count => count == 0);
            using var http = new HttpClient();
            for (var batch = 1; batch <= Batches; batch++)
            {
                using var found = await http.GetAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/api/traces/{TraceId(batch)}"), Stop);
                found.IsSuccessStatusCode.ShouldBeTrue($"trace {TraceId(batch)}: {found.StatusCode}");
            }

            using var never = await http.GetAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/api/traces/{TraceId(Batches + 1)}"), Stop);
            never.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
            (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
            (await cluster.RemainsAsync()).ShouldBeEmpty();
        }

        await store.StopAsync(Stop);
        data.Delete(recursive: true);
    }

    private static async Task CreateBucketAsync(string url)
    {
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials("some-key-id", "hidden-word"), new AmazonS3Config { ServiceURL = url, ForcePathStyle = true, AuthenticationRegion = "us-east" });
        await s3.PutBucketAsync("traces", Stop);
    }

    private static string TraceId(int batch) => batch.ToString("x32", CultureInfo.InvariantCulture);

    private static ExportTraceServiceRequest Batch(int batch)
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        var spans = Enumerable.Range(1, SpansOfBatch).Select(index => new Span
        {
            TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceId(batch))),
            SpanId = ByteString.CopyFrom(BitConverter.GetBytes((long)index)),
            Name = $"span {index}",
            StartTimeUnixNano = now,
            EndTimeUnixNano = now + 1_000_000,
        });
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = new Resource(), ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };
    }
}
