using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

/// <summary>Requests that hold only when the object is as the client believes.</summary>
public sealed class ConditionTests
{
    private const string Bucket = "conditions";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_is_made_only_when_its_source_is_as_expected()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var etag = await PutAsync(s3, "source", "x");
        await FailsAsync(request => request.ETagToMatch = "\"00000000000000000000000000000000\"");
        await FailsAsync(request => request.ETagToNotMatch = etag);
        await FailsAsync(request => request.ModifiedSinceDate = DateTime.UtcNow.AddMinutes(-1), holds: true);
        await FailsAsync(request => request.UnmodifiedSinceDate = DateTime.UtcNow.AddHours(-1));
        await FailsAsync(request => request.ETagToMatch = etag, holds: true);

        async Task FailsAsync(Action<CopyObjectRequest> condition, bool holds = false)
        {
            var request = new CopyObjectRequest { SourceBucket = Bucket, SourceKey = "source", DestinationBucket = Bucket, DestinationKey = "target" };
            condition(request);
            if (holds)
            {
                await s3.CopyObjectAsync(request, Cancelled);
                return;
            }

            (await Should.ThrowAsync<AmazonS3Exception>(() => s3.CopyObjectAsync(request, Cancelled))).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        }
    }

    [Fact]
    public async Task An_object_is_deleted_only_when_it_is_the_one_that_was_seen()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var old = await PutAsync(s3, "k", "old");
        var current = await PutAsync(s3, "k", "current");
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = "k", IfMatch = old }, Cancelled)))
            .StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        var many = await Should.ThrowAsync<DeleteObjectsException>(() => s3.DeleteObjectsAsync(
            new DeleteObjectsRequest { BucketName = Bucket, Objects = [new KeyVersion { Key = "k", ETag = old }] }, Cancelled));
        many.Response.DeleteErrors.ShouldHaveSingleItem().Code.ShouldBe("PreconditionFailed");
        (await s3.GetObjectMetadataAsync(Bucket, "k", Cancelled)).ETag.ShouldBe(current);

        await s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = "k", IfMatch = current }, Cancelled);
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects.ShouldBeNull();
    }

    [Fact]
    public async Task Only_one_of_many_writers_creates_an_object()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var writers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "lock", ContentBody = $"{i}", IfNoneMatch = "*" }, Cancelled);
                return i;
            }
            catch (AmazonS3Exception refused) when (refused.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return -1;
            }
        }));
        var winner = writers.Where(i => i >= 0).ShouldHaveSingleItem();
        using var got = await s3.GetObjectAsync(Bucket, "lock", Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        (await reader.ReadToEndAsync(Cancelled)).ShouldBe($"{winner}");
    }

    [Theory]
    [InlineData("https://pages.example.com", "GET", HttpStatusCode.OK)]
    [InlineData("https://pages.example.com", "DELETE", HttpStatusCode.Forbidden)]
    [InlineData("https://elsewhere.example.org", "GET", HttpStatusCode.Forbidden)]
    public async Task A_browser_is_told_what_its_page_may_do(string origin, string method, HttpStatusCode expected)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await s3.PutCORSConfigurationAsync(
            new PutCORSConfigurationRequest
            {
                BucketName = Bucket,
                Configuration = new CORSConfiguration { Rules = [new CORSRule { AllowedOrigins = ["https://*.example.com"], AllowedMethods = ["GET", "PUT"] }] },
            },
            Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Options, $"/{Bucket}/k");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        using var response = await emulator.Http.SendAsync(request, Cancelled);
        response.StatusCode.ShouldBe(expected);
        response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed).ShouldBe(expected == HttpStatusCode.OK);
        (allowed?.Single() ?? origin).ShouldBe(origin);
    }

    private static async Task<string> PutAsync(AmazonS3Client s3, string key, string content) =>
        (await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = content }, Cancelled)).ETag;
}
