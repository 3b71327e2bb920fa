using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class FaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fault_hits_its_operation_and_keys_only()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        await emulator.PlanFaultAsync(new { operation = "PutObject", key = "*/data.parquet", status = 403 }, Cancelled);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => PutAsync(s3, "tenant/block/data.parquet"));
        error.ErrorCode.ShouldBe("AccessDenied");
        await PutAsync(s3, "tenant/block/meta.json");

        using (var removed = await emulator.Http.DeleteAsync("/_/admin/faults", Cancelled))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await PutAsync(s3, "tenant/block/data.parquet");
    }

    [Fact]
    public async Task A_fault_ends_with_its_count()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        await emulator.PlanFaultAsync(new { operation = "*", status = 503, count = 2 }, Cancelled);
        for (var i = 0; i < 2; i++)
        {
            var error = await Should.ThrowAsync<AmazonS3Exception>(() => PutAsync(s3, "k"));
            error.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            error.ErrorCode.ShouldBe("SlowDown");
        }

        await PutAsync(s3, "k");
        (await emulator.Http.GetFromJsonAsync<JsonArray>("/_/admin/faults", Cancelled))![0]!["hits"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task A_fault_that_names_no_key_hits_operations_on_buckets()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        await emulator.PlanFaultAsync(new { operation = "*", status = 503, count = 1 }, Cancelled);

        var error = await Should.ThrowAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "faulty" }, Cancelled));

        error.ErrorCode.ShouldBe("SlowDown");
        await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "faulty" }, Cancelled);
    }

    [Fact]
    public async Task A_truncated_get_breaks_off()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "faulty", Key = "k", InputStream = new MemoryStream(new byte[100_000]) }, Cancelled);
        await emulator.PlanFaultAsync(new { operation = "GetObject", truncate = true, count = 1 }, Cancelled);
        await Should.ThrowAsync<Exception>(() => ReadAsync(s3));
        (await ReadAsync(s3)).ShouldBe(100_000);
    }

    [Theory]
    [InlineData("""{"operation":"Nonsense"}""")]
    [InlineData("""{"status":42}""")]
    [InlineData("""{"stat":503}""")]
    public async Task A_fault_that_cannot_be_meant_is_refused(string rule)
    {
        await using var emulator = await Emulator.StartAsync();
        using var response = await emulator.Http.PostAsync("/_/admin/faults", new StringContent(rule), Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("message").ShouldNotBeEmpty();
    }

    private static Task PutAsync(AmazonS3Client s3, string key) => s3.PutObjectAsync(new PutObjectRequest { BucketName = "faulty", Key = key, ContentBody = "x" }, Cancelled);

    private static async Task<long> ReadAsync(AmazonS3Client s3)
    {
        using var got = await s3.GetObjectAsync("faulty", "k", Cancelled);
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read, Cancelled);
        return read.Length;
    }
}
