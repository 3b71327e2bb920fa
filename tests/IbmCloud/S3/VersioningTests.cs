using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class VersioningTests
{
    private const string Bucket = "versions";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_overwritten_or_deleted_can_be_read_by_its_version()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await VersionedAsync(emulator);
        var first = await PutAsync(s3, "k", "one");
        var second = await PutAsync(s3, "k", "two");
        second.ShouldNotBe(first);
        var deleted = await s3.DeleteObjectAsync(Bucket, "k", Cancelled);
        deleted.DeleteMarker.ShouldBe("true");

        (await ReadAsync(s3, "k", first)).ShouldBe("one");
        (await ReadAsync(s3, "k", second)).ShouldBe("two");
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectAsync(Bucket, "k", Cancelled))).ErrorCode.ShouldBe("NoSuchKey");
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectAsync(Bucket, "k", deleted.VersionId, Cancelled))).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectAsync(Bucket, "k", Guid.NewGuid().ToString(), Cancelled))).ErrorCode.ShouldBe("NoSuchVersion");
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects.ShouldBeNull();
        (await ListAsync(s3)).Select(version => (version.VersionId, version.IsLatest == true, version.IsDeleteMarker == true))
            .ShouldBe([(deleted.VersionId, true, true), (second!, false, false), (first!, false, false)]);

        // Without the marker the object is back; a bucket of old versions only is not empty.
        await s3.DeleteObjectAsync(Bucket, "k", deleted.VersionId, Cancelled);
        (await ReadAsync(s3, "k", null)).ShouldBe("two");
        await s3.DeleteObjectAsync(Bucket, "k", second, Cancelled);
        await s3.DeleteObjectAsync(Bucket, "k", Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.DeleteBucketAsync(Bucket, Cancelled))).ErrorCode.ShouldBe("BucketNotEmpty");
    }

    [Fact]
    public async Task A_suspended_bucket_overwrites_its_null_version_only()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        (await PutAsync(s3, "k", "before")).ShouldBeNull();
        await TurnAsync(s3, VersionStatus.Enabled);
        var kept = await PutAsync(s3, "k", "kept");
        (await ReadAsync(s3, "k", "null")).ShouldBe("before");

        await TurnAsync(s3, VersionStatus.Suspended);
        await PutAsync(s3, "k", "after");
        (await ReadAsync(s3, "k", "null")).ShouldBe("after");
        (await ReadAsync(s3, "k", kept)).ShouldBe("kept");
        (await s3.DeleteObjectAsync(Bucket, "k", Cancelled)).VersionId.ShouldBe("null");
        (await ListAsync(s3)).Select(version => (version.VersionId, version.IsDeleteMarker == true)).ShouldBe([("null", true), (kept!, false)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_of_versions_show_each_once_even_when_each_page_is_deleted_at_once(bool delete)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await VersionedAsync(emulator);
        var made = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            foreach (var key in new[] { "a", "a/b", "b" })
            {
                made.Add($"{key} {await PutAsync(s3, key, $"{i}")}");
            }
        }

        var seen = new List<string>();
        var request = new ListVersionsRequest { BucketName = Bucket, MaxKeys = 5 };
        ListVersionsResponse page;
        do
        {
            page = await s3.ListVersionsAsync(request, Cancelled);
            seen.AddRange(page.Versions.Select(version => $"{version.Key} {version.VersionId}"));
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
            if (delete)
            {
                var gone = await s3.DeleteObjectsAsync(
                    new DeleteObjectsRequest { BucketName = Bucket, Objects = [.. page.Versions.Select(version => new KeyVersion { Key = version.Key, VersionId = version.VersionId })] }, Cancelled);
                gone.DeletedObjects.Count.ShouldBe(page.Versions.Count);
            }
        }
        while (page.IsTruncated == true);

        seen.Count.ShouldBe(made.Count);
        seen.Order().ShouldBe(made.Order());
        (await ListAsync(s3)).Count.ShouldBe(delete ? 0 : made.Count);
    }

    [Fact]
    public async Task Versions_their_order_and_their_tags_survive_a_restart()
    {
        await using var emulator = await Emulator.StartAsync();
        string first, second;
        using (var s3 = await VersionedAsync(emulator))
        {
            first = (await PutAsync(s3, "k", "one"))!;
            second = (await PutAsync(s3, "k", "two"))!;
            await s3.PutObjectTaggingAsync(
                new PutObjectTaggingRequest { BucketName = Bucket, Key = "k", VersionId = first, Tagging = new Tagging { TagSet = [new Tag { Key = "colour", Value = "blue" }] } }, Cancelled);
            await s3.CopyObjectAsync(new CopyObjectRequest { SourceBucket = Bucket, SourceKey = "k", SourceVersionId = first, DestinationBucket = Bucket, DestinationKey = "copy" }, Cancelled);
        }

        await emulator.RestartAsync();
        using var again = emulator.S3();
        (await again.GetBucketVersioningAsync(Bucket, Cancelled)).VersioningConfig.Status.ShouldBe(VersionStatus.Enabled);
        (await ListAsync(again)).Where(version => version.Key == "k").Select(version => version.VersionId).ShouldBe([second, first]);
        (await ReadAsync(again, "copy", null)).ShouldBe("one");
        foreach (var (key, version, tags) in new[] { ("k", first, 1), ("k", second, 0), ("copy", null, 1) })
        {
            var tagging = await again.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = key, VersionId = version }, Cancelled);
            (tagging.Tagging?.Count ?? 0).ShouldBe(tags, $"{key} {version}");
        }

        // Sorted behind what was there before the restart.
        var third = await PutAsync(again, "k", "three");
        (await ListAsync(again)).First(version => version.Key == "k").VersionId.ShouldBe(third);
    }

    [Fact]
    public async Task A_locked_version_cannot_be_deleted_until_its_hold_is_lifted()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = emulator.S3();
        await s3.PutBucketAsync(new PutBucketRequest { BucketName = Bucket, ObjectLockEnabledForBucket = true }, Cancelled);
        var version = await PutAsync(s3, "k", "held");
        await HoldAsync(ObjectLockLegalHoldStatus.On);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.DeleteObjectAsync(Bucket, "k", version, Cancelled))).ErrorCode.ShouldBe("AccessDenied");
        (await ReadAsync(s3, "k", version)).ShouldBe("held");
        await HoldAsync(ObjectLockLegalHoldStatus.Off);
        await s3.DeleteObjectAsync(Bucket, "k", version, Cancelled);
        (await ListAsync(s3)).ShouldBeEmpty();

        Task HoldAsync(ObjectLockLegalHoldStatus status) => s3.PutObjectLegalHoldAsync(
            new PutObjectLegalHoldRequest { BucketName = Bucket, Key = "k", VersionId = version, LegalHold = new ObjectLockLegalHold { Status = status } }, Cancelled);
    }

    private static async Task<AmazonS3Client> VersionedAsync(Emulator emulator)
    {
        var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await TurnAsync(s3, VersionStatus.Enabled);
        return s3;
    }

    private static Task TurnAsync(AmazonS3Client s3, VersionStatus status) =>
        s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new S3BucketVersioningConfig { Status = status } }, Cancelled);

    private static async Task<string?> PutAsync(AmazonS3Client s3, string key, string content) =>
        (await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = content }, Cancelled)).VersionId;

    private static async Task<string> ReadAsync(AmazonS3Client s3, string key, string? version)
    {
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = key, VersionId = version }, Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        return await reader.ReadToEndAsync(Cancelled);
    }

    private static async Task<List<S3ObjectVersion>> ListAsync(AmazonS3Client s3) =>
        (await s3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket }, Cancelled)).Versions ?? [];
}
