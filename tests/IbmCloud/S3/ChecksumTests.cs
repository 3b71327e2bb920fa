using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.Tests.Support;
using ChecksumAlgorithm = TempoCos.IbmCloud.ObjectStorage.Checksums.ChecksumAlgorithm;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class ChecksumTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // The check values of the CRC catalogue for "123456789", big-endian.
    [Theory]
    [InlineData(ChecksumAlgorithm.Crc32, "cbf43926")]
    [InlineData(ChecksumAlgorithm.Crc32C, "e3069283")]
    [InlineData(ChecksumAlgorithm.Crc64Nvme, "ae8b14860a799888")]
    [InlineData(ChecksumAlgorithm.Sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441")]
    public void Algorithms_give_their_published_values(ChecksumAlgorithm algorithm, string expected)
    {
        // In pieces that cut the steps of eight bytes.
        using var checksum = new RunningChecksum(algorithm);
        checksum.Append("123"u8);
        checksum.Append("456789"u8);
        Convert.ToHexStringLower(Convert.FromBase64String(checksum.Finish())).ShouldBe(expected);
    }

    [Fact]
    public void Long_data_gives_the_same_in_one_piece_and_in_many()
    {
        var data = new byte[100_003];
        new Random(1).NextBytes(data);
        foreach (var algorithm in Enum.GetValues<ChecksumAlgorithm>())
        {
            using var whole = new RunningChecksum(algorithm);
            using var pieces = new RunningChecksum(algorithm);
            whole.Append(data);
            foreach (var piece in data.Chunk(777))
            {
                pieces.Append(piece);
            }

            pieces.Finish().ShouldBe(whole.Finish());
        }
    }

    [Fact]
    public async Task The_sdk_checks_what_the_store_computed()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.S3WithBucketAsync("sums", Cancelled);
        using var s3 = emulator.S3(configure: config =>
        {
            config.RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_SUPPORTED;
            config.ResponseChecksumValidation = Amazon.Runtime.ResponseChecksumValidation.WHEN_SUPPORTED;
        });
        foreach (var algorithm in new[] { ChecksumAlgorithm.Crc32, ChecksumAlgorithm.Sha1, ChecksumAlgorithm.Sha256 })
        {
            var name = Amazon.S3.ChecksumAlgorithm.FindValue(ChecksumNames.LabelOf(algorithm));
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "sums", Key = "k", ContentBody = "some content", ChecksumAlgorithm = name }, Cancelled);
            using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = "sums", Key = "k", ChecksumMode = ChecksumMode.ENABLED }, Cancelled);
            using var reader = new StreamReader(got.ResponseStream);
            (await reader.ReadToEndAsync(Cancelled)).ShouldBe("some content");
        }
    }

    [Fact]
    public async Task A_wrong_digest_stores_nothing()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("sums", Cancelled);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => s3.PutObjectAsync(
            new PutObjectRequest { BucketName = "sums", Key = "k", ContentBody = "x", MD5Digest = Convert.ToBase64String(new byte[16]) }, Cancelled));
        error.ErrorCode.ShouldBe("BadDigest");
        error.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "sums" }, Cancelled)).S3Objects.ShouldBeNull();
    }

    [Theory]
    [InlineData("NhCmhg==", HttpStatusCode.OK)]
    [InlineData("AAAAAA==", HttpStatusCode.BadRequest)]
    public async Task An_unsigned_trailer_is_checked(string crc32, HttpStatusCode expected)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.S3WithBucketAsync("sums", Cancelled);
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/sums/k");
        request.Headers.Add("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        request.Headers.Add("x-amz-decoded-content-length", "5");
        request.Headers.Add("x-amz-trailer", "x-amz-checksum-crc32");
        request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes($"2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:{crc32}\r\n\r\n"));
        request.Content.Headers.ContentEncoding.Add("aws-chunked");
        using var response = await cloud.SendAsync(request, Cancelled);
        response.StatusCode.ShouldBe(expected, await response.Content.ReadAsStringAsync(Cancelled));
    }
}
