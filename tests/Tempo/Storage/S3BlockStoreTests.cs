using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Builder;
using TempoCos.IbmCloud;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Tests.Storage;

/// <summary>Large objects in a bucket: uploaded in parts, tried again when the store stumbles, and nothing left of uploads that never ended.</summary>
public sealed class S3BlockStoreTests : IAsyncLifetime
{
    private const int LargeBytes = (40 << 20) + 7;
    private readonly TemporaryDirectory _directory = new();
    private WebApplication _cloud = null!;
    private StumblingS3 _s3 = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cloud = IbmCloudApp.Create(new() { DataDirectory = _directory["cos"], Hmac = [new("AKIDTEST", "SECRETTEST")], LogLevel = Microsoft.Extensions.Logging.LogLevel.Error });
        await _cloud.StartAsync(Ct);
        _s3 = new StumblingS3(new AmazonS3Config { ServiceURL = _cloud.Urls.First(), ForcePathStyle = true, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        await _s3.PutBucketAsync("blocks", Ct);
    }

    [Fact]
    public async Task A_large_object_goes_up_in_parts_of_which_each_may_fail_a_few_times()
    {
        var store = new S3BlockStore(_s3, "blocks", "some/prefix");
        var content = Content();
        _s3.Failures = 2;
        await store.WriteAsync("t/large", new MemoryStream(content), Ct);
        _s3.Parts.ShouldBe(3 + 2);
        (await store.ReadAsync("t/large", Ct)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task An_upload_that_cannot_be_done_ends_with_the_stores_error_and_leaves_nothing()
    {
        var store = new S3BlockStore(_s3, "blocks");
        _s3.Failures = int.MaxValue;
        var failure = await Should.ThrowAsync<AmazonS3Exception>(() => store.WriteAsync("t/large", new MemoryStream(Content()), Ct));
        failure.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        _s3.Parts.ShouldBeLessThan(10);
        (await store.ListAsync("t/", Ct).CountAsync(Ct)).ShouldBe(0);
        ((await UploadsAsync()).MultipartUploads ?? []).ShouldBeEmpty();
    }

    [Fact]
    public async Task Uploads_of_killed_writers_are_removed_when_they_are_old()
    {
        var store = new S3BlockStore(_s3, "blocks", "p");
        await _s3.InitiateMultipartUploadAsync("blocks", "p/t/left", Ct);
        await _s3.InitiateMultipartUploadAsync("blocks", "p/other/left", Ct);
        await store.DeleteUnfinishedAsync("t/", DateTimeOffset.UtcNow.AddHours(-1), Ct);
        (await UploadsAsync()).MultipartUploads.Count.ShouldBe(2);
        await store.DeleteUnfinishedAsync("t/", DateTimeOffset.UtcNow.AddHours(1), Ct);
        (await UploadsAsync()).MultipartUploads.ShouldHaveSingleItem().Key.ShouldBe("p/other/left");
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _cloud.StopAsync(CancellationToken.None);
        await _cloud.DisposeAsync();
        _directory.Dispose();
    }

    private static byte[] Content()
    {
        var content = new byte[LargeBytes];
        new Random(1).NextBytes(content);
        return content;
    }

    private Task<ListMultipartUploadsResponse> UploadsAsync() => _s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = "blocks" }, Ct);

    /// <summary>A client whose store refuses the first parts.</summary>
    private sealed class StumblingS3(AmazonS3Config config) : AmazonS3Client(new BasicAWSCredentials("AKIDTEST", "SECRETTEST"), config)
    {
        public int Failures { get; set; }

        public int Parts { get; private set; }

        public override Task<UploadPartResponse> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken = default)
        {
            Parts++;
            return Failures-- > 0
                ? Task.FromException<UploadPartResponse>(new AmazonS3Exception("reduce your request rate") { StatusCode = HttpStatusCode.ServiceUnavailable, ErrorCode = "SlowDown" })
                : base.UploadPartAsync(request, cancellationToken);
        }
    }
}
