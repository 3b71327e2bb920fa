using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class MultipartTests
{
    private const string Bucket = "parts";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_become_one_object()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Knobs = new Knobs { MinimumPartBytes = 1000, UploadsBlockBucketDeletion = true } });
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var pieces = new[] { 200_000, 1_000, 77 }.Select(RandomNumberGenerator.GetBytes).ToArray();
        var request = new InitiateMultipartUploadRequest { BucketName = Bucket, Key = "whole", ContentType = "x/y" };
        request.Metadata.Add("m", "1");
        var id = (await s3.InitiateMultipartUploadAsync(request, Cancelled)).UploadId;

        // In reverse, and the first one twice.
        var etags = new PartETag[3];
        await PartAsync(s3, id, 1, [1, 2, 3]);
        foreach (var number in new[] { 3, 2, 1 })
        {
            etags[number - 1] = new PartETag(number, await PartAsync(s3, id, number, pieces[number - 1]));
        }

        var listed = await s3.ListPartsAsync(new ListPartsRequest { BucketName = Bucket, Key = "whole", UploadId = id, MaxParts = 2 }, Cancelled);
        listed.Parts.Select(part => part.PartNumber).ShouldBe([1, 2]);
        listed.IsTruncated.ShouldBe(true);
        (await s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket }, Cancelled)).MultipartUploads.ShouldHaveSingleItem().UploadId.ShouldBe(id);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.DeleteBucketAsync(Bucket, Cancelled))).ErrorCode.ShouldBe("BucketNotEmpty");

        var done = await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = Bucket, Key = "whole", UploadId = id, PartETags = [.. etags] }, Cancelled);
        var md5 = Convert.ToHexStringLower(MD5.HashData([.. pieces.SelectMany(piece => MD5.HashData(piece))]));
        done.ETag.ShouldBe($"\"{md5}-3\"");
        using var got = await s3.GetObjectAsync(Bucket, "whole", Cancelled);
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read, Cancelled);
        read.ToArray().ShouldBe([.. pieces.SelectMany(piece => piece)]);
        got.Metadata["m"].ShouldBe("1");
        got.Headers.ContentType.ShouldBe("x/y");
        (await s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket }, Cancelled)).MultipartUploads.ShouldBeNull();
    }

    [Fact]
    public async Task What_does_not_fit_together_is_refused()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var id = (await s3.InitiateMultipartUploadAsync(Bucket, "whole", Cancelled)).UploadId;
        var first = new PartETag(1, await PartAsync(s3, id, 1, [1]));
        var second = new PartETag(2, await PartAsync(s3, id, 2, [2]));
        await CompletionFailsAsync("EntityTooSmall", first, second);
        await CompletionFailsAsync("InvalidPart", new PartETag(1, "\"00000000000000000000000000000000\""));
        await CompletionFailsAsync("InvalidPart", new PartETag(3, second.ETag));

        // The SDK sorts parts, so that their order is wrong only in a body of one's own.
        using var cloud = await emulator.SignInAsync(Cancelled);
        var body = $"<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>{second.ETag}</ETag></Part><Part><PartNumber>1</PartNumber><ETag>{first.ETag}</ETag></Part></CompleteMultipartUpload>";
        using var disordered = await cloud.PostAsync($"/{Bucket}/whole?uploadId={id}", new StringContent(body), Cancelled);
        (await disordered.Content.ReadAsStringAsync(Cancelled)).ShouldContain("InvalidPartOrder");

        var wrongId = await Should.ThrowAsync<AmazonS3Exception>(() => PartAsync(s3, Guid.NewGuid().ToString(), 1, [1]));
        wrongId.ErrorCode.ShouldBe("NoSuchUpload");
        wrongId.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects.ShouldBeNull();

        async Task CompletionFailsAsync(string code, params PartETag[] parts) =>
            (await Should.ThrowAsync<AmazonS3Exception>(() =>
                s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = Bucket, Key = "whole", UploadId = id, PartETags = [.. parts] }, Cancelled))).ErrorCode.ShouldBe(code);
    }

    [Fact]
    public async Task An_aborted_upload_leaves_nothing()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var id = (await s3.InitiateMultipartUploadAsync(Bucket, "whole", Cancelled)).UploadId;
        await PartAsync(s3, id, 1, [1]);
        await s3.AbortMultipartUploadAsync(Bucket, "whole", id, Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.AbortMultipartUploadAsync(Bucket, "whole", id, Cancelled))).ErrorCode.ShouldBe("NoSuchUpload");
        Directory.EnumerateFileSystemEntries(Path.Combine(emulator.DataDirectory, "cos", "buckets", Bucket, "uploads")).ShouldBeEmpty();
        await s3.DeleteBucketAsync(Bucket, Cancelled);
    }

    [Fact]
    public async Task An_upload_goes_on_after_a_restart_and_takes_copied_parts()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Knobs = new Knobs { MinimumPartBytes = 1 } });
        string id, first;
        using (var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled))
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "source", ContentBody = "0123456789" }, Cancelled);
            id = (await s3.InitiateMultipartUploadAsync(Bucket, "whole", Cancelled)).UploadId;
            first = await PartAsync(s3, id, 1, "abc"u8.ToArray());
        }

        await emulator.RestartAsync();
        using var again = emulator.S3();
        var copied = await again.CopyPartAsync(
            new CopyPartRequest { SourceBucket = Bucket, SourceKey = "source", DestinationBucket = Bucket, DestinationKey = "whole", UploadId = id, PartNumber = 2, FirstByte = 3, LastByte = 5 },
            Cancelled);
        await again.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = Bucket, Key = "whole", UploadId = id, PartETags = [new PartETag(1, first), new PartETag(2, copied.ETag)] }, Cancelled);
        using var got = await again.GetObjectAsync(Bucket, "whole", Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        (await reader.ReadToEndAsync(Cancelled)).ShouldBe("abc345");
    }

    private static async Task<string> PartAsync(AmazonS3Client s3, string id, int number, byte[] content) =>
        (await s3.UploadPartAsync(
            new UploadPartRequest { BucketName = Bucket, Key = "whole", UploadId = id, PartNumber = number, PartSize = content.Length, InputStream = new MemoryStream(content) }, Cancelled)).ETag;
}
