using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Versions, delete markers and holds keep a bucket from being deleted: at the sandbox, and at another server where the environment names one.</summary>
public sealed class VersionedBucketTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Versions_delete_markers_and_uploads_go()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await ProveVersionsAsync(sandbox, sandbox.Url, Sandbox.Hmac.AccessKeyId, Sandbox.Hmac.SecretAccessKey, "us-east-standard");
    }

    [Fact]
    public async Task Versions_delete_markers_and_uploads_go_at_another_server_too()
    {
        var (endpoint, accessKey, secretKey) = (Variable("TEMPOCOS_S3_ENDPOINT"), Variable("TEMPOCOS_S3_ACCESS_KEY"), Variable("TEMPOCOS_S3_SECRET_KEY"));
        Assert.SkipWhen(endpoint.Length == 0, "TEMPOCOS_S3_ENDPOINT names no S3 server");
        await using var sandbox = await Sandbox.StartAsync();
        await ProveVersionsAsync(sandbox, endpoint, accessKey, secretKey, null);

        static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";
    }

    [Fact]
    public async Task What_is_held_is_named_with_the_stores_reason_and_goes_when_the_hold_is_over()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        using var store = Open(provisioner, sandbox.Url, Sandbox.Hmac.AccessKeyId, Sandbox.Hmac.SecretAccessKey);
        await store.PutBucketAsync(new PutBucketRequest { BucketName = "held", BucketRegionName = "us-east-standard", UseClientRegion = false, ObjectLockEnabledForBucket = true }, Stop);
        foreach (var key in (string[])["a", "b", "c"])
        {
            await store.PutObjectAsync(new PutObjectRequest { BucketName = "held", Key = key, ContentBody = key }, Stop);
        }

        await HoldAsync(ObjectLockLegalHoldStatus.On);
        var failure = await Should.ThrowAsync<DiagnosticException>(() => Emptier(store, "held").EmptyAsync(Stop));

        (failure.Code, failure.Value).ShouldBe(("TC502", "held"));
        failure.Reason.ShouldContain("1 object cannot be deleted, such as b: AccessDenied");
        (await store.ListVersionsAsync("held", Stop)).Versions.Select(version => version.Key).Distinct().ShouldBe(["b"]);
        await HoldAsync(ObjectLockLegalHoldStatus.Off);
        await Emptier(store, "held").EmptyAsync(Stop);
        await store.DeleteBucketAsync("held", Stop);

        Task HoldAsync(ObjectLockLegalHoldStatus status) => store.PutObjectLegalHoldAsync(
            new PutObjectLegalHoldRequest { BucketName = "held", Key = "b", LegalHold = new ObjectLockLegalHold { Status = status } }, Stop);
    }

    private static async Task ProveVersionsAsync(Sandbox sandbox, string endpoint, string accessKey, string secretKey, string? constraint)
    {
        var bucket = $"versions-{Guid.NewGuid():n}"[..30];
        await using var provisioner = new Provisioner(sandbox);
        using var store = Open(provisioner, endpoint, accessKey, secretKey);
        await store.PutBucketAsync(new PutBucketRequest { BucketName = bucket, BucketRegionName = constraint, UseClientRegion = false }, Stop);
        await store.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "before", ContentBody = "without a version" }, Stop);
        await VersioningAsync(VersionStatus.Enabled);
        await Parallel.ForAsync(0, 350, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (i, stop) =>
        {
            for (var version = 0; version < 2; version++)
            {
                await store.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = $"single-tenant/{i:000}/meta.json", ContentBody = $"{version}" }, stop);
            }

            await store.DeleteObjectAsync(bucket, $"single-tenant/{i:000}/meta.json", stop);
        });
        await VersioningAsync(VersionStatus.Suspended);
        await store.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "a b+c&d", ContentBody = "without a version" }, Stop);
        await store.InitiateMultipartUploadAsync(bucket, "unfinished", Stop);
        (await store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }, Stop)).S3Objects.Count.ShouldBe(2, "all else is hidden from a plain list");
        (await Should.ThrowAsync<AmazonS3Exception>(() => store.DeleteBucketAsync(bucket, Stop))).ErrorCode.ShouldBe("BucketNotEmpty");
        var emptier = Emptier(store, bucket);

        await emptier.EmptyAsync(Stop);

        emptier.Deleted.ShouldBe((350 * 3) + 2);
        await store.DeleteBucketAsync(bucket, Stop);

        Task VersioningAsync(VersionStatus status) => store.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new S3BucketVersioningConfig { Status = status } }, Stop);
    }

    private static BucketEmptier Emptier(IAmazonS3 store, string bucket) => new(store, bucket, new EmptyingOptions(), TimeProvider.System);

    private static AmazonS3Client Open(Provisioner provisioner, string endpoint, string accessKey, string secretKey) =>
        provisioner.Services.GetRequiredService<ObjectStore>().WithHmac(new StorageLocation("us-east-1", "public", endpoint), new HmacKey(accessKey, secretKey));
}
