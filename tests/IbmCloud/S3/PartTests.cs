using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

/// <summary>What an object in parts tells of them, and the checksums it is held to.</summary>
public sealed class PartTests
{
    private const string Bucket = "parted";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_composite_checksum_covers_those_of_the_parts()
    {
        await using var emulator = await StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var upload = await BeginAsync(s3, ChecksumType.COMPOSITE);
        var pieces = new[] { "first part"u8.ToArray(), "second"u8.ToArray() };
        var parts = await SendAsync(s3, upload, pieces);
        var expected = Convert.ToBase64String(SHA256.HashData([.. pieces.SelectMany(SHA256.HashData)])) + "-2";

        var wrong = Complete(upload, parts);
        wrong.ChecksumSHA256 = Convert.ToBase64String(new byte[32]) + "-2";
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.CompleteMultipartUploadAsync(wrong, Cancelled))).ErrorCode.ShouldBe("BadDigest");
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects.ShouldBeNull();

        var right = Complete(upload, parts);
        right.ChecksumSHA256 = expected;
        var done = await s3.CompleteMultipartUploadAsync(right, Cancelled);
        done.ChecksumSHA256.ShouldBe(expected);
        done.ChecksumType.ShouldBe(ChecksumType.COMPOSITE);

        // Asked again, because the answer was lost, it says the same; an upload that never was is unknown.
        (await s3.CompleteMultipartUploadAsync(right, Cancelled)).ETag.ShouldBe(done.ETag);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.CompleteMultipartUploadAsync(Complete(Guid.NewGuid().ToString(), parts), Cancelled))).ErrorCode.ShouldBe("NoSuchUpload");

        var attributes = await s3.GetObjectAttributesAsync(
            new GetObjectAttributesRequest { BucketName = Bucket, Key = "k", ObjectAttributes = [ObjectAttributes.Checksum, ObjectAttributes.ObjectParts, ObjectAttributes.ObjectSize] }, Cancelled);
        attributes.Checksum.ChecksumSHA256.ShouldBe(expected);
        attributes.ObjectSize.ShouldBe(16);
        attributes.ObjectParts.TotalPartsCount.ShouldBe(2);
        attributes.ObjectParts.Parts.Select(part => (part.PartNumber, part.Size, part.ChecksumSHA256))
            .ShouldBe([(1, 10, Convert.ToBase64String(SHA256.HashData(pieces[0]))), (2, 6, Convert.ToBase64String(SHA256.HashData(pieces[1])))]);
    }

    [Fact]
    public async Task A_part_can_be_read_by_its_number()
    {
        await using var emulator = await StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var upload = await BeginAsync(s3, ChecksumType.COMPOSITE);
        await s3.CompleteMultipartUploadAsync(Complete(upload, await SendAsync(s3, upload, "first part"u8.ToArray(), "second"u8.ToArray())), Cancelled);
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", PartNumber = 2 }, Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        (await reader.ReadToEndAsync(Cancelled)).ShouldBe("second");
        got.PartsCount.ShouldBe(2);
        got.ContentRange.ShouldBe("bytes 10-15/16");
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", PartNumber = 3 }, Cancelled))).ErrorCode.ShouldBe("InvalidPart");
    }

    [Fact]
    public async Task A_part_with_another_checksum_than_the_upload_is_refused()
    {
        await using var emulator = await StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var upload = await BeginAsync(s3, ChecksumType.COMPOSITE);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => s3.UploadPartAsync(
            new UploadPartRequest { BucketName = Bucket, Key = "k", UploadId = upload, PartNumber = 1, InputStream = new MemoryStream([1]), ChecksumCRC32 = "pQXfGw==" }, Cancelled));
        error.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        error.ErrorCode.ShouldBe("InvalidRequest");
        (await Should.ThrowAsync<AmazonS3Exception>(() => BeginAsync(s3, ChecksumType.FULL_OBJECT))).ErrorCode.ShouldBe("InvalidRequest");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public async Task A_lifecycle_rule_aborts_an_upload_when_its_days_are_over(int days, bool gone)
    {
        await using var emulator = await StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await s3.PutLifecycleConfigurationAsync(
            new PutLifecycleConfigurationRequest
            {
                BucketName = Bucket,
                Configuration = new LifecycleConfiguration
                {
                    Rules =
                    [
                        new LifecycleRule
                        {
                            Id = "abort",
                            Status = LifecycleRuleStatus.Enabled,
                            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } },
                            AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = days },
                        },
                    ],
                },
            },
            Cancelled);
        (await s3.GetLifecycleConfigurationAsync(Bucket, Cancelled)).Configuration.Rules.ShouldHaveSingleItem().AbortIncompleteMultipartUpload.DaysAfterInitiation.ShouldBe(days);
        var upload = await BeginAsync(s3, ChecksumType.COMPOSITE);
        await SendAsync(s3, upload, [1, 2, 3]);
        var folder = Path.Combine(emulator.DataDirectory, "cos", "buckets", Bucket, "uploads");
        (await emulator.InventoryAsync(Cancelled)).ToJsonString().ShouldContain("\"multipartUploads\":1");

        await emulator.TurnAsync(new { clockSkewSeconds = 2 * 86_400 }, Cancelled);
        (await emulator.InventoryAsync(Cancelled)).ToJsonString().ShouldContain($"\"multipartUploads\":{(gone ? 0 : 1)}");
        Directory.EnumerateDirectories(folder).Any().ShouldBe(!gone);
    }

    private static Task<Emulator> StartAsync() => Emulator.StartAsync(options => options with { Knobs = new Knobs { MinimumPartBytes = 1 } });

    private static async Task<string> BeginAsync(AmazonS3Client s3, ChecksumType type) =>
        (await s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = Bucket, Key = "k", ChecksumAlgorithm = ChecksumAlgorithm.SHA256, ChecksumType = type }, Cancelled)).UploadId;

    private static async Task<List<PartETag>> SendAsync(AmazonS3Client s3, string upload, params byte[][] pieces)
    {
        var parts = new List<PartETag>();
        foreach (var piece in pieces)
        {
            var sent = await s3.UploadPartAsync(
                new UploadPartRequest { BucketName = Bucket, Key = "k", UploadId = upload, PartNumber = parts.Count + 1, InputStream = new MemoryStream(piece), ChecksumAlgorithm = ChecksumAlgorithm.SHA256 },
                Cancelled);
            parts.Add(new PartETag(sent));
        }

        return parts;
    }

    private static CompleteMultipartUploadRequest Complete(string upload, List<PartETag> parts) => new() { BucketName = Bucket, Key = "k", UploadId = upload, PartETags = parts };
}
