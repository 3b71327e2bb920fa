using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class SignatureTests
{
    private const string Content = "the content that was signed";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_key_are_told_apart()
    {
        await using var emulator = await Emulator.StartAsync();
        using var wrong = emulator.S3(secretKey: "wrong");
        using var unknown = emulator.S3(accessKey: "unknown");
        await FailsAsync(() => wrong.ListBucketsAsync(Cancelled), HttpStatusCode.Forbidden, "SignatureDoesNotMatch");
        await FailsAsync(() => unknown.ListBucketsAsync(Cancelled), HttpStatusCode.Forbidden, "InvalidAccessKeyId");
        using var right = emulator.S3();
        await right.ListBucketsAsync(Cancelled);
    }

    [Theory]
    [InlineData("us-standard")]
    [InlineData("us-east-1")]
    [InlineData("anything")]
    public async Task Any_region_is_accepted(string region)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = emulator.S3(configure: config => config.AuthenticationRegion = region);
        (await s3.ListBucketsAsync(Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Each mode with the body that was signed, and with one byte changed after signing.</summary>
    [Theory]
    [InlineData("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "SignatureDoesNotMatch")]
    [InlineData("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "SignatureDoesNotMatch")]
    [InlineData("hash", "XAmzContentSHA256Mismatch")]
    [InlineData("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "BadDigest")]
    [InlineData("UNSIGNED-PAYLOAD", null)]
    public async Task A_body_is_verified_in_every_payload_mode(string mode, string? codeWhenTampered)
    {
        await using var emulator = await Emulator.StartAsync();
        (await emulator.S3WithBucketAsync("modes", Cancelled)).Dispose();
        using var wire = new WireHandler();
        var unsigned = mode is "STREAMING-UNSIGNED-PAYLOAD-TRAILER" or "UNSIGNED-PAYLOAD";
        using var s3 = emulator.S3(configure: config =>
        {
            wire.Configure(config);
            config.RequestChecksumCalculation = mode.EndsWith("TRAILER", StringComparison.Ordinal)
                ? Amazon.Runtime.RequestChecksumCalculation.WHEN_SUPPORTED
                : Amazon.Runtime.RequestChecksumCalculation.WHEN_REQUIRED;
            if (unsigned)
            {
                config.ServiceURL = emulator.Url.Replace("http://", "https://", StringComparison.Ordinal);
            }
        });

        await PutAsync("right");
        wire.PayloadModes.ShouldHaveSingleItem().ShouldBe(mode == "hash" ? wire.PayloadModes[0] : mode);
        (wire.PayloadModes[0].Length == 64).ShouldBe(mode == "hash");
        using (var got = await s3.GetObjectAsync("modes", "right", Cancelled))
        using (var reader = new StreamReader(got.ResponseStream))
        {
            (await reader.ReadToEndAsync(Cancelled)).ShouldBe(Content);
        }

        wire.Tamper = body => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace("signed", "forged", StringComparison.Ordinal));
        if (codeWhenTampered is null)
        {
            await PutAsync("tampered");
            return;
        }

        (await Should.ThrowAsync<AmazonS3Exception>(() => PutAsync("tampered"))).ErrorCode.ShouldBe(codeWhenTampered);
        wire.Tamper = null;
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "modes" }, Cancelled)).S3Objects.ShouldHaveSingleItem().Key.ShouldBe("right");

        Task PutAsync(string key) => s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "modes",
                Key = key,
                ContentBody = Content,
                UseChunkEncoding = mode.StartsWith("STREAMING", StringComparison.Ordinal),
                DisablePayloadSigning = unsigned,
            },
            Cancelled);
    }

    [Fact]
    public async Task A_body_of_many_chunks_is_verified_chunk_by_chunk()
    {
        await using var emulator = await Emulator.StartAsync();
        (await emulator.S3WithBucketAsync("chunks", Cancelled)).Dispose();
        using var wire = new WireHandler();
        using var s3 = emulator.S3(configure: wire.Configure);
        var content = new byte[1_000_003];
        new Random(7).NextBytes(content);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "chunks", Key = "right", InputStream = new MemoryStream(content) }, Cancelled);
        wire.Tamper = body =>
        {
            body[^5000] ^= 1;
            return body;
        };
        (await Should.ThrowAsync<AmazonS3Exception>(() =>
            s3.PutObjectAsync(new PutObjectRequest { BucketName = "chunks", Key = "tampered", InputStream = new MemoryStream(content) }, Cancelled))).ErrorCode.ShouldBe("SignatureDoesNotMatch");
        Directory.EnumerateFileSystemEntries(Path.Combine(emulator.DataDirectory, "cos", "drafts")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_presigned_url_works_until_it_is_changed_or_over()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("presigned", Cancelled);
        using var put = await emulator.Http.PutAsync(Presign("k", HttpVerb.PUT, DateTime.UtcNow.AddMinutes(5)), new StringContent("by url"), Cancelled);
        put.StatusCode.ShouldBe(HttpStatusCode.OK, await put.Content.ReadAsStringAsync(Cancelled));
        var url = Presign("k", HttpVerb.GET, DateTime.UtcNow.AddMinutes(5));
        (await emulator.Http.GetStringAsync(url, Cancelled)).ShouldBe("by url");

        using var changed = await emulator.Http.GetAsync(url.Replace("/k?", "/other?", StringComparison.Ordinal), Cancelled);
        changed.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await changed.Content.ReadAsStringAsync(Cancelled)).ShouldContain("SignatureDoesNotMatch");

        string Presign(string key, HttpVerb verb, DateTime expires) =>
            s3.GetPreSignedURL(new GetPreSignedUrlRequest { BucketName = "presigned", Key = key, Verb = verb, Expires = expires, Protocol = Protocol.HTTP });
    }

    [Fact]
    public async Task Signatures_of_another_time_are_refused()
    {
        var clock = new ShiftedClock(TimeSpan.FromHours(1));
        await using var emulator = await Emulator.StartAsync(options => options with { Time = clock });
        using var s3 = emulator.S3();
        await FailsAsync(() => s3.ListBucketsAsync(Cancelled), HttpStatusCode.Forbidden, "RequestTimeTooSkewed");

        var url = s3.GetPreSignedURL(new GetPreSignedUrlRequest { BucketName = "presigned", Key = "k", Expires = DateTime.UtcNow.AddMinutes(5), Protocol = Protocol.HTTP });
        (await (await emulator.Http.GetAsync(url, Cancelled)).Content.ReadAsStringAsync(Cancelled)).ShouldContain("Request has expired");
    }

    /// <summary>Botocore then leaves the body out and goes on with the connection; a server that waits for the body would eat the next request's first bytes.</summary>
    [Theory]
    [InlineData("Expect: 100-continue\r\n", true)]
    [InlineData("", false)]
    public async Task A_refusal_instead_of_100_continue_ends_the_connection(string expect, bool closes)
    {
        await using var emulator = await Emulator.StartAsync();
        var url = new Uri(emulator.Url);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(url.Host, url.Port, Cancelled);
        var stream = client.GetStream();
        var body = closes ? "" : "x";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"PUT /bucket/key HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 1\r\n{expect}\r\n{body}"), Cancelled);
        var answer = "";
        var buffer = new byte[4096];
        while (!answer.Contains("</Error>", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
            count.ShouldBeGreaterThan(0);
            answer += Encoding.ASCII.GetString(buffer, 0, count);
        }

        answer.ShouldStartWith("HTTP/1.1 404");
        answer.Contains("Connection: close", StringComparison.Ordinal).ShouldBe(closes);
    }

    private static async Task FailsAsync(Func<Task> call, HttpStatusCode status, string code)
    {
        var error = await Should.ThrowAsync<AmazonS3Exception>(call);
        error.ErrorCode.ShouldBe(code);
        error.StatusCode.ShouldBe(status);
    }

    private sealed class ShiftedClock(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
    }
}
