using System.Diagnostics;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Admin;

/// <summary>What a fault does to requests on objects; each time with the same request without the fault.</summary>
public sealed class FaultEffectTests
{
    private const string Bucket = "faulty";
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i % 251))];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refusal_carries_status_code_message_and_retry_after()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "HeadObject,GetObject", status = 429, code = "Slower", message = "Not so fast.", retryAfterSeconds = 7 }, Cancelled);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => ReadAsync(s3));
        (error.StatusCode, error.ErrorCode, error.Message).ShouldBe((HttpStatusCode.TooManyRequests, "Slower", "Not so fast."));
        using (var answer = await SendAsync(emulator, HttpMethod.Get))
        {
            answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        }

        await emulator.ClearFaultsAsync(Cancelled);
        using var good = await SendAsync(emulator, HttpMethod.Get);
        good.StatusCode.ShouldBe(HttpStatusCode.OK);
        good.Headers.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task A_delay_is_waited_for()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "GetObject", delayMilliseconds = 700, count = 1 }, Cancelled);
        var watch = Stopwatch.StartNew();
        (await ReadAsync(s3)).ShouldBe(Content);
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(650));
        var requests = await emulator.RequestsAsync(Cancelled);
        requests[^1]["fault"].ShouldNotBeNull();
        (await ReadAsync(s3)).ShouldBe(Content);
        (await emulator.RequestsAsync(Cancelled))[^1]["fault"].ShouldBeNull();
    }

    [Theory]
    [InlineData("before", false)]
    [InlineData("after", true)]
    public async Task A_dropped_connection_gives_no_answer_and_the_request_is_carried_out_or_not(string drop, bool carriedOut)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "PutObject", drop }, Cancelled);
        (await Should.ThrowAsync<Exception>(() => PutAsync(s3, "dropped"))).ShouldNotBeOfType<AmazonS3Exception>();
        var line = (await emulator.RequestsAsync(Cancelled)).Last(request => request.Text("operation") == "PutObject");
        line["status"]!.GetValue<int>().ShouldBe(0);
        line["fault"].ShouldNotBeNull();
        await emulator.ClearFaultsAsync(Cancelled);

        var listed = (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects.Select(row => row.Key).ToArray();
        listed.ShouldBe(carriedOut ? ["dropped", "k"] : ["k"]);
        await PutAsync(s3, "dropped");
    }

    [Fact]
    public async Task A_truncated_get_breaks_off()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "GetObject", truncate = true, count = 1 }, Cancelled);
        await Should.ThrowAsync<Exception>(() => ReadAsync(s3));
        (await ReadAsync(s3)).ShouldBe(Content);
    }

    [Fact]
    public async Task A_truncated_put_has_not_happened()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "PutObject", truncate = true }, Cancelled);
        await Should.ThrowAsync<Exception>(() => PutAsync(s3, "cut"));
        await emulator.ClearFaultsAsync(Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectMetadataAsync(Bucket, "cut", Cancelled))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await PutAsync(s3, "cut");
        await s3.GetObjectMetadataAsync(Bucket, "cut", Cancelled);
    }

    [Fact]
    public async Task A_quietly_truncated_answer_is_whole_by_its_length()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "GetObject", truncateQuietly = true, count = 1 }, Cancelled);
        (await ReadPlainAsync(emulator)).ShouldBe(Content[..(Content.Length / 2)]);
        (await ReadPlainAsync(emulator)).ShouldBe(Content);
    }

    [Fact]
    public async Task A_corrupt_answer_differs_in_one_byte()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "GetObject", corrupt = true, count = 2 }, Cancelled);
        var corrupt = await ReadPlainAsync(emulator);
        corrupt.Length.ShouldBe(Content.Length);
        corrupt.Zip(Content).Count(pair => pair.First != pair.Second).ShouldBe(1);
        var range = await ReadAsync(s3, new ByteRange(10, 10));
        range.Length.ShouldBe(1);
        range[0].ShouldNotBe(Content[10]);
        (await ReadAsync(s3)).ShouldBe(Content);
        (await ReadAsync(s3, new ByteRange(10, 10)))[0].ShouldBe(Content[10]);
    }

    [Fact]
    public async Task A_wrong_etag_stands_in_headers_and_in_lists()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        var right = (await s3.GetObjectMetadataAsync(Bucket, "k", Cancelled)).ETag;
        await emulator.PlanFaultAsync(new { operation = "PutObject,HeadObject,ListObjectsV2", etag = "\"wrong\"" }, Cancelled);
        (await PutAsync(s3, "k")).ETag.ShouldBe("\"wrong\"");
        (await s3.GetObjectMetadataAsync(Bucket, "k", Cancelled)).ETag.ShouldBe("\"wrong\"");
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects[0].ETag.ShouldBe("\"wrong\"");

        await emulator.ClearFaultsAsync(Cancelled);
        (await PutAsync(s3, "k")).ETag.ShouldBe(right);
        (await s3.GetObjectMetadataAsync(Bucket, "k", Cancelled)).ETag.ShouldBe(right);
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects[0].ETag.ShouldBe(right);
    }

    private static async Task<AmazonS3Client> StartAsync(Emulator emulator)
    {
        var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await PutAsync(s3, "k");
        return s3;
    }

    private static Task<PutObjectResponse> PutAsync(AmazonS3Client s3, string key) =>
        s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(Content) }, Cancelled);

    private static async Task<byte[]> ReadAsync(AmazonS3Client s3, ByteRange? range = null)
    {
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", ByteRange = range }, Cancelled);
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read, Cancelled);
        return read.ToArray();
    }

    /// <summary>Without the checks that the SDK makes.</summary>
    private static async Task<byte[]> ReadPlainAsync(Emulator emulator)
    {
        using var answer = await SendAsync(emulator, HttpMethod.Get);
        return await answer.Content.ReadAsByteArrayAsync(Cancelled);
    }

    private static async Task<HttpResponseMessage> SendAsync(Emulator emulator, HttpMethod method)
    {
        using var s3 = emulator.S3();
        using var request = new HttpRequestMessage(method, await s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = Bucket,
            Key = "k",
            Expires = DateTime.UtcNow.AddMinutes(10),
            Protocol = Protocol.HTTP,
        }));
        return await emulator.Http.SendAsync(request, Cancelled);
    }
}
