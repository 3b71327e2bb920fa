using System.Net;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Admin;

public sealed class RequestLogTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_have_the_class_that_ibm_bills()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("billed", Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "billed", Key = "k", ContentBody = "x" }, Cancelled);
        await s3.CopyObjectAsync("billed", "k", "billed", "copy", Cancelled);
        await s3.ListBucketsAsync(Cancelled);
        await s3.ListObjectsAsync("billed", Cancelled);
        await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "billed" }, Cancelled);
        await s3.ListMultipartUploadsAsync("billed", Cancelled);
        (await s3.GetObjectAsync("billed", "k", Cancelled)).Dispose();
        await s3.GetObjectMetadataAsync("billed", "k", Cancelled);
        await s3.GetBucketLocationAsync("billed", Cancelled);
        var upload = await s3.InitiateMultipartUploadAsync("billed", "m", Cancelled);
        await s3.AbortMultipartUploadAsync("billed", "m", upload.UploadId, Cancelled);
        await s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = "billed", Objects = [new KeyVersion { Key = "copy" }] }, Cancelled);
        await s3.DeleteObjectAsync("billed", "k", Cancelled);
        await s3.DeleteBucketAsync("billed", Cancelled);
        using var cloud = await emulator.SignInAsync(Cancelled);
        await cloud.GetAsync(Cloud.Groups, HttpStatusCode.OK, Cancelled);
        using (await cloud.GetAsync("/_/config/v1/b/billed", Cancelled))
        {
        }

        (await emulator.RequestsAsync(Cancelled)).Select(line => (line.Text("service"), line.Text("operation"), line.Text("class"))).ShouldBe(
        [
            ("s3", "CreateBucket", "A"), ("s3", "PutObject", "A"), ("s3", "CopyObject", "A"), ("s3", "ListBuckets", "A"), ("s3", "ListObjects", "A"), ("s3", "ListObjectsV2", "A"),
            ("s3", "ListMultipartUploads", "A"), ("s3", "GetObject", "B"), ("s3", "HeadObject", "B"), ("s3", "GetBucketLocation", "B"), ("s3", "CreateMultipartUpload", "A"),
            ("s3", "AbortMultipartUpload", "free"), ("s3", "DeleteObjects", "A"), ("s3", "DeleteObject", "free"), ("s3", "DeleteBucket", "free"),
            ("iam", "Token", "none"), ("rm", "ListResourceGroups", "none"), ("config", "GetBucketConfig", "free"),
        ]);
    }

    [Fact]
    public async Task Bytes_are_those_of_the_payload()
    {
        await using var emulator = await Emulator.StartAsync();
        using var plain = await emulator.S3WithBucketAsync("measured", Cancelled);
        using var trailing = emulator.S3(configure: config => config.RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_SUPPORTED);
        foreach (var s3 in new[] { plain, trailing })
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "measured", Key = "k", InputStream = new MemoryStream(new byte[12_345]) }, Cancelled);
            using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = "measured", Key = "k", ByteRange = new ByteRange(0, 99) }, Cancelled);
            await got.ResponseStream.CopyToAsync(Stream.Null, Cancelled);
            await s3.GetObjectMetadataAsync("measured", "k", Cancelled);
        }

        var lines = await emulator.RequestsAsync(Cancelled, since: 1);
        lines.Select(line => (line.Text("operation"), line["bytesIn"]!.GetValue<long>(), line["bytesOut"]!.GetValue<long>())).ShouldBe(
        [
            ("PutObject", 12_345, 0), ("GetObject", 0, 100), ("HeadObject", 0, 0),
            ("PutObject", 12_345, 0), ("GetObject", 0, 100), ("HeadObject", 0, 0),
        ]);
        lines[0]["n"]!.GetValue<long>().ShouldBe(2);
        lines[0].Text("bucket").ShouldBe("measured");
        lines[0].Text("key").ShouldBe("k");
        lines[0].Text("accessKey").ShouldBe(Emulator.AccessKey);
        lines[0].Text("userAgent").ShouldContain("aws-sdk-dotnet");
        lines[0]["status"]!.GetValue<int>().ShouldBe(200);
    }

    [Fact]
    public async Task Refusals_carry_their_code_and_faults_their_rule()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("refusing", Cancelled);
        await emulator.PlanFaultAsync(new { operation = "PutObject", status = 503, count = 1 }, Cancelled);
        await Should.ThrowAsync<AmazonS3Exception>(() => s3.PutObjectAsync(new PutObjectRequest { BucketName = "refusing", Key = "k", ContentBody = "x" }, Cancelled));
        await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectAsync("refusing", "k", Cancelled));
        using var stranger = emulator.S3("nobody", "nothing");
        await Should.ThrowAsync<AmazonS3Exception>(() => stranger.ListBucketsAsync(Cancelled));
        using var cloud = await emulator.SignInAsync(Cancelled);
        await cloud.GetAsync($"{Cloud.Instances}/none", HttpStatusCode.NotFound, Cancelled);

        var lines = await emulator.RequestsAsync(Cancelled, since: 1);
        lines.Where(line => line.ContainsKey("code")).Select(line => (line["status"]!.GetValue<int>(), line.Text("code"), line.ContainsKey("fault"))).ShouldBe(
            [(503, "SlowDown", true), (404, "NoSuchKey", false), (403, "InvalidAccessKeyId", false), (404, "RC-NotFound", false)]);
        lines[^1].Text("key").ShouldBe("none");
        lines[^1].Text("accessKey").ShouldStartWith("IBMid-");
    }

    [Fact]
    public async Task The_file_holds_every_line_and_no_secret()
    {
        using var directory = new TemporaryDirectory();
        var file = directory["requests.ndjson"];
        await using (var emulator = await Emulator.StartAsync(options => options with { RequestLog = file }))
        {
            using var cloud = await emulator.SignInAsync(Cancelled);
            var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
            using var s3 = await emulator.S3WithBucketAsync("secretive", Cancelled);
            var url = await s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = "secretive", Expires = DateTime.UtcNow.AddMinutes(10), Protocol = Protocol.HTTP });
            (await emulator.Http.GetAsync(url, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await emulator.Http.PostAsync($"/_/iam/identity/token?apikey={Emulator.ApiKey}", null, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            using (await emulator.Http.GetAsync("/secretive/k?AWSAccessKeyId=seeded&Expires=1&Signature=c2lnbmF0dXJlIG9mIHZlcnNpb24gMg%3D%3D", Cancelled))
            {
            }

            var text = await emulator.Http.GetStringAsync("/_/admin/requests", Cancelled);
            text.ShouldContain("X-Amz-Credential");
            foreach (var secret in new[]
            {
                "c2lnbmF0dXJlIG9mIHZlcnNpb24gMg", Emulator.ApiKey, Emulator.SecretKey, cloud.DefaultRequestHeaders.Authorization!.Parameter!, url.Split("X-Amz-Signature=")[1].Split('&')[0],
                key.Text("credentials", "apikey"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"),
            })
            {
                text.ShouldNotContain(secret);
            }

            (await File.ReadAllTextAsync(file, Cancelled)).ShouldBe(text);
        }

        var before = (await File.ReadAllLinesAsync(file, Cancelled)).Length;
        await using (var again = await Emulator.StartAsync(options => options with { RequestLog = file }))
        {
            await again.Http.GetAsync("/_/control/v2/endpoints", HttpStatusCode.OK, Cancelled);
            await again.RequestsAsync(Cancelled);
        }

        var lines = await File.ReadAllLinesAsync(file, Cancelled);
        lines.Length.ShouldBe(before + 1, "it is appended to");
        JsonNode.Parse(lines[^1])!.Text("operation").ShouldBe("GetEndpoints");
    }

    [Fact]
    public async Task A_number_that_is_none_is_refused()
    {
        await using var emulator = await Emulator.StartAsync();
        (await emulator.Http.GetAsync("/_/admin/requests?since=yesterday", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await emulator.Http.GetAsync("/_/admin/requests?since=0", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
