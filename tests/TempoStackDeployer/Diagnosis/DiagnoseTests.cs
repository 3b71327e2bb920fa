using System.Globalization;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using TempoCos.Contracts;
using TempoCos.IbmCloud;
using TempoCos.Otlp;
using BasicAWSCredentials = Amazon.Runtime.BasicAWSCredentials;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>With the sandbox's own Tempo in the pods and its object store beneath: a stack that works is all green, and what is broken on it is found.</summary>
[Collection(SandboxCluster.Some)]
public sealed class DiagnoseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stack_that_works_is_all_green_and_what_is_broken_on_it_is_found()
    {
        var data = Directory.CreateTempSubdirectory("tempocos-cos-");
        await using var store = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = data.FullName, Hmac = [new HmacSeed("some-key-id", "hidden-word")] });
        await store.StartAsync(Stop);
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials("some-key-id", "hidden-word"), new AmazonS3Config { ServiceURL = store.Urls.First(), ForcePathStyle = true, AuthenticationRegion = "us-east" });
        await s3.PutBucketAsync("traces", Stop);
        await using (var cluster = await SandboxCluster.StartAsync(null))
        {
            await cluster.ProvisionAsync(endpoint: store.Urls.First());
            await using var deployer = await cluster.DeployerAsync();
            var deployed = await deployer.DeployAsync(Samples.Request());
            await SendAsync(deployed.Endpoints.OtlpGrpc);
            await BlockAsync(s3, Samples.Namespace());

            var (results, events) = await DiagnoseAsync(deployer, "simplest");
            results.Select(result => result.Id).ShouldBe(["TC301", "TC302", "TC303", "TC304", "TC331", "TC401", "TC402", "TC403", "TC404", "TC405", "TC406", "TC407", "TC408"]);
            results.ShouldAllBe(result => result.Severity == CheckSeverity.Pass, string.Join('\n', results.Select(result => $"{result.Id} {result.Severity} {result.Message}")));
            events.ShouldAllBe(@event => @event.Stage == "doctor");
            $"{string.Join('\n', results)}{string.Join('\n', events)}".ShouldNotContain("hidden-word");

            // One damage after the other; each check finds its own.
            await BreakBlocksAsync(s3);
            (await RedAsync(deployer)).ShouldBe(["TC407"]);

            await cluster.Client.CoreV1.PatchNamespacedSecretAsync(
                new V1Patch(new { data = new { note = Convert.ToBase64String(Encoding.UTF8.GetBytes("changed")) } }, V1Patch.PatchType.MergePatch), "ibm-cos-secret", Samples.Namespace(), cancellationToken: Stop);
            (await RedAsync(deployer)).ShouldBe(["TC303", "TC407"]);

            (await RedAsync(deployer, "TC407")).ShouldBe(["TC303"]);

            // The operator changes nothing for it, and neither does Tempo.
            await cluster.Client.CoreV1.PatchNamespacedSecretAsync(
                new V1Patch(new { data = new { endpoint = Convert.ToBase64String(Encoding.UTF8.GetBytes(store.Urls.First().Replace("http://", "https://", StringComparison.Ordinal))) } }, V1Patch.PatchType.MergePatch),
                "ibm-cos-secret", Samples.Namespace(), cancellationToken: Stop);
            var backend = (await DiagnoseAsync(deployer, "simplest")).Results.Single(result => result.Id == "TC406");
            (backend.Severity, backend.Message).ShouldBe((CheckSeverity.Warning, $"Tempo speaks plain http to {store.Urls.First().Replace("http://", "https://", StringComparison.Ordinal)}: spec.storage.tls.enabled decides, not the scheme"));
            backend.Fix.ShouldStartWith("Set spec.storage.tls.enabled to true");
            (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        }

        await store.StopAsync(Stop);
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_not_there_is_one_clear_error()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();

        var refusal = await RunningDeployer.RefusalAsync(() => DiagnoseAsync(deployer, "nosuch"));

        refusal.Code.ShouldBe("TC333");
        refusal.Value.ShouldBe($"{Samples.Namespace()}/nosuch");
    }

    private static async Task<IReadOnlyList<string>> RedAsync(RunningDeployer deployer, params string[] ignore) =>
        [.. (await DiagnoseAsync(deployer, "", ignore)).Results.Where(result => result.Severity == CheckSeverity.Fail).Select(result => result.Id)];

    internal static async Task<(List<CheckResult> Results, List<StageEvent> Events)> DiagnoseAsync(RunningDeployer deployer, string name, params string[] ignore)
    {
        var (results, events) = (new List<CheckResult>(), new List<StageEvent>());
        using var call = deployer.Client.Diagnose(new DiagnoseStackRequest { Namespace = Samples.Namespace(), Name = name, Ignore = { ignore } }, cancellationToken: Stop);
        await foreach (var reply in call.ResponseStream.ReadAllAsync(Stop))
        {
            if (reply.Event is { } @event)
            {
                events.Add(@event);
            }
            else if (reply.Check is { } check)
            {
                results.Add(check);
            }
        }

        return (results, events);
    }

    private static async Task SendAsync(string endpoint)
    {
        var retry = new MethodConfig
        {
            Names = { MethodName.Default },
            RetryPolicy = new RetryPolicy { MaxAttempts = 5, InitialBackoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(5), BackoffMultiplier = 2, RetryableStatusCodes = { StatusCode.Unavailable } },
        };
        using var channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions { ServiceConfig = new ServiceConfig { MethodConfigs = { retry } } });
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        var span = new Span { TraceId = ByteString.CopyFrom(Convert.FromHexString(1.ToString("x32", CultureInfo.InvariantCulture))), SpanId = ByteString.CopyFrom(BitConverter.GetBytes(1L)), Name = "one", StartTimeUnixNano = now, EndTimeUnixNano = now };
        await new TraceService.TraceServiceClient(channel).ExportAsync(
            new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = new Resource(), ScopeSpans = { new ScopeSpans { Spans = { span } } } } } }, cancellationToken: Stop);
    }

    private static async Task BlockAsync(AmazonS3Client s3, string what)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if ((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "traces" }, Stop)).S3Objects?.Any(item => item.Key.EndsWith("/meta.json", StringComparison.Ordinal)) == true)
            {
                return;
            }

            await Task.Delay(100, Stop);
        }

        Assert.Fail($"the ingester of {what} wrote no block");
    }

    private static async Task BreakBlocksAsync(AmazonS3Client s3)
    {
        foreach (var item in (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "traces" }, Stop)).S3Objects.Where(item => item.Key.EndsWith("/bloom-0", StringComparison.Ordinal)))
        {
            await s3.DeleteObjectAsync("traces", item.Key, Stop);
        }
    }
}
