using System.Net.Http.Json;
using Amazon.Runtime;
using Amazon.S3;
using Grpc.Core;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Tests;
using TempoCos.QueryVerifier;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.StorageCost.Tests.Support;

namespace TempoCos.StorageCost.Tests.Metering;

/// <summary>What the services say that they asked of the store is what the store wrote down: operation by operation, class by class, byte by byte.</summary>
public sealed class MeterAgainstLogTests : IDisposable
{
    private readonly HttpClient _http = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_provisioning_a_look_into_the_bucket_and_a_removal_are_counted_as_the_store_logs_them()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var service = await ServiceHost.StartAsync(sandbox);

        var provisioned = await service.ProvisionAsync(new ProvisionRequest { RunId = "rmeter" });
        var diagnosed = await DiagnoseAsync(service, provisioned, "rmeter");
        using var bucket = await ConnectAsync(sandbox, provisioned);
        await UseAsync(bucket);
        var deprovisioned = await service.DeprovisionAsync("rmeter");

        var log = await LogAsync(sandbox);
        log.Lines.Count.ShouldBeGreaterThan(30);
        log.Differences(provisioned.Usage, diagnosed.Usage, bucket.Usage, deprovisioned.Usage).ShouldBeEmpty();
        diagnosed.Usage.Operations["UploadPart"].ShouldBeGreaterThan(0, "the doctor tries what Tempo will do");
        var own = log.Of(line => line.Key is "single-tenant/small" or "single-tenant/large" or "single-tenant/copy" or "single-tenant/missing");
        StoreLog.ByOperation(bucket.Http.Meter).Except(own.ByOperation()).ShouldAllBe(line => line.StartsWith("ListObjectsV2 A ×2"), "operation by operation, with its bytes: listings name no key");
        own.ByOperation().Except(StoreLog.ByOperation(bucket.Http.Meter)).ShouldBeEmpty();
        deprovisioned.Usage.Operations["DeleteObjects"].ShouldBeGreaterThan(0);
        deprovisioned.Usage.ClassA.ShouldBeGreaterThan(0);
        bucket.Usage.BytesSent.ShouldBeGreaterThan(20 << 20);
    }

    [Fact]
    public async Task One_request_past_the_meter_is_noticed()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var service = await ServiceHost.StartAsync(sandbox);
        var provisioned = await service.ProvisionAsync(new ProvisionRequest { RunId = "rpast" });
        using var bucket = await ConnectAsync(sandbox, provisioned);

        using var past = new AmazonS3Client(
            new BasicAWSCredentials(bucket.Secret.AccessKeyId, bucket.Secret.AccessKeySecret), new AmazonS3Config { ServiceURL = bucket.Secret.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east" });
        await past.GetObjectMetadataAsync(bucket.Secret.Bucket, "nothing", Ct).ShouldThrowAsync<AmazonS3Exception>();

        (await LogAsync(sandbox)).Differences(provisioned.Usage, bucket.Usage).ShouldBe(["HeadObject: the store logged 1, the meter 0", $"class B: the store logged {provisioned.Usage.ClassB + 1}, the meter {provisioned.Usage.ClassB}"]);
    }

    [Fact]
    public async Task Every_attempt_counts_also_when_the_store_refuses_breaks_off_or_says_nothing()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var service = await ServiceHost.StartAsync(sandbox);
        await PlanAsync(sandbox, new { operation = "ListBuckets", status = 503, retryAfterSeconds = 0, count = 2 });
        await PlanAsync(sandbox, new { operation = "CreateBucket", drop = "after", count = 1 });
        await PlanAsync(sandbox, new { operation = "GetObject", drop = "before", after = 1, count = 1 });
        await PlanAsync(sandbox, new { operation = "ListObjectsV2", drop = "after", after = 2, count = 2 });
        await PlanAsync(sandbox, new { operation = "DeleteObject", status = 429, retryAfterSeconds = 0, count = 1 });

        var provisioned = await service.ProvisionAsync(new ProvisionRequest { RunId = "rfault" });
        using var bucket = await ConnectAsync(sandbox, provisioned);
        await bucket.Store.WriteAsync("single-tenant/cut", new byte[100_000], Ct);
        await PlanAsync(sandbox, new { operation = "GetObject", truncate = true, count = 1 });
        await bucket.Store.ReadAsync("single-tenant/cut", Ct).ShouldThrowAsync<IOException>();
        await bucket.Store.DeleteAsync("single-tenant/cut", Ct);
        await PlanAsync(sandbox, new { operation = "GetObject", status = 503, retryAfterSeconds = 0, count = 2 });
        await UseAsync(bucket);
        await PlanAsync(sandbox, new { operation = "ListObjectsV2", status = 500, retryAfterSeconds = 0, count = 1 });
        await PlanAsync(sandbox, new { operation = "DeleteBucket", drop = "after", count = 1 });
        var deprovisioned = await service.DeprovisionAsync("rfault");

        var log = await LogAsync(sandbox);
        log.Lines.Count(line => line.Fault is not null).ShouldBeGreaterThanOrEqualTo(9, string.Join('\n', log.Lines));
        log.Differences(provisioned.Usage, bucket.Usage, deprovisioned.Usage).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_that_the_store_refuses_before_it_comes_is_not_counted_as_sent()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var service = await ServiceHost.StartAsync(sandbox);
        using var bucket = await ConnectAsync(sandbox, await service.ProvisionAsync(new ProvisionRequest { RunId = "rrefuse" }));
        await PlanAsync(sandbox, new { operation = "PutObject", status = 503, retryAfterSeconds = 0, count = 2 });
        await bucket.Store.WriteAsync("single-tenant/small", new byte[1000], Ct);

        var own = (await LogAsync(sandbox)).Of(line => line.Key == "single-tenant/small");
        own.Lines.Count.ShouldBe(3);
        StoreLog.ByOperation(bucket.Http.Meter).ShouldBe(own.ByOperation(), "the client waits for 100 Continue, and two of three times it does not come");
        bucket.Usage.BytesSent.ShouldBe(1000);
    }

    [Fact]
    public async Task Runs_at_once_are_told_apart()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var service = await ServiceHost.StartAsync(sandbox);
        string[] runs = ["rone", "rtwo", "rthree"];

        var provisioned = await Task.WhenAll(runs.Select(run => service.ProvisionAsync(new ProvisionRequest { RunId = run })));
        var removed = await Task.WhenAll(runs.Select(service.DeprovisionAsync));

        var log = await LogAsync(sandbox);
        log.Differences([.. provisioned.Select(run => run.Usage), .. removed.Select(run => run.Usage)]).ShouldBeEmpty();
        foreach (var (first, last) in provisioned.Zip(removed))
        {
            // Who lists the buckets does not say for which one.
            var own = log.Of(line => line.Bucket == first.Bucket && line.Operation != "ListBuckets");
            own.Lines.Count.ShouldBeGreaterThan(10);
            own.Differences(first.Usage, last.Usage).ShouldAllBe(difference => difference.StartsWith("ListBuckets:") || difference.StartsWith("class A:") || difference.StartsWith("bytes out:"));
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Diagnosed> DiagnoseAsync(ServiceHost service, Provisioned provisioned, string runId)
    {
        using var call = service.Client.Diagnose(new DiagnoseRequest { RunId = runId, Namespace = provisioned.Namespace, SecretName = provisioned.SecretName }, cancellationToken: Ct);
        return (await call.ResponseStream.ReadAllAsync(Ct).ToListAsync(Ct)).Single(reply => reply.Diagnosed is not null).Diagnosed;
    }

    // As a verification does it, and somewhat more: single objects and multipart, listings, ranges, what is not there.
    private static async Task UseAsync(BucketConnection bucket)
    {
        var store = bucket.Store;
        await store.WriteAsync("single-tenant/small", new byte[1234], Ct);
        await store.WriteAsync("single-tenant/large", new MemoryStream(new byte[(20 << 20) + 5]), Ct);
        (await store.ReadAsync("single-tenant/small", Ct)).Length.ShouldBe(1234);
        await store.ReadRangeAsync("single-tenant/large", 17, new byte[100_000], Ct);
        await store.CopyAsync("single-tenant/small", "single-tenant/copy", Ct);
        (await store.ListAsync("", Ct).CountAsync(Ct)).ShouldBe(3);
        (await store.ListFoldersAsync("", Ct)).ShouldBe(["single-tenant"]);
        await store.ReadAsync("single-tenant/missing", Ct).ShouldThrowAsync<TempoBlocks.ObjectNotFoundException>();
        await store.DeleteAsync("single-tenant/copy", Ct);
    }

    private static Task<BucketConnection> ConnectAsync(Sandbox sandbox, Provisioned provisioned)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["KUBECONFIG"] = sandbox.Kubeconfig }).Build();
        return new BucketConnector(new BucketSecrets(configuration, Options.Create(new VerifierOptions())))
            .ConnectAsync(new BucketReference { Namespace = provisioned.Namespace, SecretName = provisioned.SecretName }, Ct);
    }

    private async Task PlanAsync(Sandbox sandbox, object fault)
    {
        using var answer = await _http.PostAsJsonAsync($"{sandbox.Url}/_/admin/faults", fault, Ct);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Ct));
    }

    private Task<StoreLog> LogAsync(Sandbox sandbox) => StoreLog.ReadAsync(_http, sandbox.Url);
}
