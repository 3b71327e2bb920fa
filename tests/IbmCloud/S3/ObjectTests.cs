using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class ObjectTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("a b+c%/ü€/𝄞 &<>\"'.bin")]
    [InlineData("trailing/slash/")]
    [InlineData("./dots/../kept")]
    public async Task An_object_comes_back_as_it_went_in(string key)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("objects", Cancelled);
        var content = RandomNumberGenerator.GetBytes(300_000);
        var put = new PutObjectRequest { BucketName = "objects", Key = key, InputStream = new MemoryStream(content), ContentType = "text/x-test" };
        put.Headers.CacheControl = "no-cache";
        put.Metadata.Add("colour", "blue");
        var stored = await s3.PutObjectAsync(put, Cancelled);
        stored.ETag.ShouldBe($"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"");

        using var got = await s3.GetObjectAsync("objects", key, Cancelled);
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read, Cancelled);
        read.ToArray().ShouldBe(content);
        got.Headers.ContentType.ShouldBe("text/x-test");
        got.Headers.CacheControl.ShouldBe("no-cache");
        got.Metadata["colour"].ShouldBe("blue");
        got.ETag.ShouldBe(stored.ETag);

        var head = await s3.GetObjectMetadataAsync("objects", key, Cancelled);
        head.ContentLength.ShouldBe(content.Length);
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "objects" }, Cancelled)).S3Objects.ShouldHaveSingleItem().Key.ShouldBe(key);

        await s3.DeleteObjectAsync("objects", key, Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectAsync("objects", key, Cancelled))).ErrorCode.ShouldBe("NoSuchKey");
        (await s3.DeleteObjectAsync("objects", key, Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=100-199", 100, 100)]
    [InlineData("bytes=900-", 900, 100)]
    [InlineData("bytes=990-5000", 990, 10)]
    [InlineData("bytes=-10", 990, 10)]
    [InlineData("bytes=-5000", 0, 1000)]
    public async Task A_range_is_served_exactly(string range, int offset, int length)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("ranges", Cancelled);
        var content = RandomNumberGenerator.GetBytes(1000);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "ranges", Key = "k", InputStream = new MemoryStream(content) }, Cancelled);
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = "ranges", Key = "k", ByteRange = new ByteRange(range) }, Cancelled);
        got.HttpStatusCode.ShouldBe(HttpStatusCode.PartialContent);
        got.ContentRange.ShouldBe($"bytes {offset}-{offset + length - 1}/1000");
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read, Cancelled);
        read.ToArray().ShouldBe(content[offset..(offset + length)]);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("ranges", Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "ranges", Key = "k", ContentBody = "12345" }, Cancelled);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() =>
            s3.GetObjectAsync(new GetObjectRequest { BucketName = "ranges", Key = "k", ByteRange = new ByteRange("bytes=5-9") }, Cancelled));
        error.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        error.ErrorCode.ShouldBe("InvalidRange");
    }

    [Fact]
    public async Task Conditions_decide_reads_and_writes()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("conditions", Cancelled);
        var first = await s3.PutObjectAsync(new PutObjectRequest { BucketName = "conditions", Key = "k", ContentBody = "1", IfNoneMatch = "*" }, Cancelled);
        await PreconditionFailsAsync(() => s3.PutObjectAsync(new PutObjectRequest { BucketName = "conditions", Key = "k", ContentBody = "2", IfNoneMatch = "*" }, Cancelled));
        await PreconditionFailsAsync(() => s3.PutObjectAsync(new PutObjectRequest { BucketName = "conditions", Key = "k", ContentBody = "2", IfMatch = "\"0123\"" }, Cancelled));
        var second = await s3.PutObjectAsync(new PutObjectRequest { BucketName = "conditions", Key = "k", ContentBody = "2", IfMatch = first.ETag }, Cancelled);

        var unchanged = await Should.ThrowAsync<AmazonS3Exception>(() =>
            s3.GetObjectAsync(new GetObjectRequest { BucketName = "conditions", Key = "k", EtagToNotMatch = second.ETag }, Cancelled));
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await PreconditionFailsAsync(() => s3.GetObjectAsync(new GetObjectRequest { BucketName = "conditions", Key = "k", EtagToMatch = first.ETag }, Cancelled));
        await PreconditionFailsAsync(() =>
            s3.GetObjectAsync(new GetObjectRequest { BucketName = "conditions", Key = "k", UnmodifiedSinceDate = DateTime.UtcNow.AddDays(-1) }, Cancelled));
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = "conditions", Key = "k", EtagToMatch = second.ETag }, Cancelled);
        got.ContentLength.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_takes_bytes_and_metadata_or_replaces_them()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("copies", Cancelled);
        var put = new PutObjectRequest { BucketName = "copies", Key = "from ü+", ContentBody = "content", ContentType = "text/plain" };
        put.Metadata.Add("a", "1");
        await s3.PutObjectAsync(put, Cancelled);
        await s3.CopyObjectAsync(new CopyObjectRequest { SourceBucket = "copies", SourceKey = "from ü+", DestinationBucket = "copies", DestinationKey = "kept" }, Cancelled);
        var kept = await s3.GetObjectMetadataAsync("copies", "kept", Cancelled);
        kept.Metadata["a"].ShouldBe("1");
        kept.Headers.ContentType.ShouldBe("text/plain");

        var replace = new CopyObjectRequest
        {
            SourceBucket = "copies",
            SourceKey = "kept",
            DestinationBucket = "copies",
            DestinationKey = "kept",
            MetadataDirective = S3MetadataDirective.REPLACE,
        };
        replace.Metadata.Add("b", "2");
        await s3.CopyObjectAsync(replace, Cancelled);
        var replaced = await s3.GetObjectMetadataAsync("copies", "kept", Cancelled);
        replaced.Metadata.Keys.ShouldBe(["x-amz-meta-b"]);

        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.CopyObjectAsync("copies", "nothing", "copies", "to", Cancelled))).ErrorCode.ShouldBe("NoSuchKey");
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.CopyObjectAsync("copies", "kept", "copies", "kept", Cancelled))).ErrorCode.ShouldBe("InvalidRequest");
    }

    [Fact]
    public async Task Many_objects_go_at_once()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("deletes", Cancelled);
        foreach (var key in new[] { "a", "b & c", "d" })
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "deletes", Key = key, ContentBody = "x" }, Cancelled);
        }

        var answer = await s3.DeleteObjectsAsync(
            new DeleteObjectsRequest { BucketName = "deletes", Objects = [new KeyVersion { Key = "a" }, new KeyVersion { Key = "b & c" }, new KeyVersion { Key = "never-was" }] },
            Cancelled);
        answer.DeletedObjects.Select(one => one.Key).ShouldBe(["a", "b & c", "never-was"]);
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "deletes" }, Cancelled)).S3Objects.ShouldHaveSingleItem().Key.ShouldBe("d");

        using var cloud = await emulator.SignInAsync(Cancelled);
        using var unsummed = await cloud.PostAsync("/deletes?delete", new StringContent("<Delete><Object><Key>d</Key></Object></Delete>"), Cancelled);
        unsummed.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Tags_are_kept_replaced_and_removed()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("tags", Cancelled);
        await s3.PutObjectAsync(
            new PutObjectRequest { BucketName = "tags", Key = "k", ContentBody = "x", TagSet = [new Tag { Key = "run", Value = "r 1" }] }, Cancelled);
        (await TagsAsync()).ShouldBe([("run", "r 1")]);
        await s3.PutObjectTaggingAsync(new PutObjectTaggingRequest { BucketName = "tags", Key = "k", Tagging = new Tagging { TagSet = [new Tag { Key = "b", Value = "2" }] } }, Cancelled);
        (await TagsAsync()).ShouldBe([("b", "2")]);
        await s3.DeleteObjectTaggingAsync(new DeleteObjectTaggingRequest { BucketName = "tags", Key = "k" }, Cancelled);
        (await TagsAsync()).ShouldBeEmpty();
        using var got = await s3.GetObjectAsync("tags", "k", Cancelled);
        got.ContentLength.ShouldBe(1);

        async Task<List<(string, string)>> TagsAsync() =>
            [.. ((await s3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = "tags", Key = "k" }, Cancelled)).Tagging ?? []).Select(tag => (tag.Key, tag.Value))];
    }

    private static async Task PreconditionFailsAsync(Func<Task> call) =>
        (await Should.ThrowAsync<AmazonS3Exception>(call)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
}
