using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Admin;

/// <summary>Which requests a rule hits, and how often.</summary>
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

        await emulator.ClearFaultsAsync(Cancelled);
        await PutAsync(s3, "tenant/block/data.parquet");
    }

    [Fact]
    public async Task A_fault_names_several_operations()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        await emulator.PlanFaultAsync(new { operation = "GetObject, DeleteObject", status = 403 }, Cancelled);
        await PutAsync(s3, "k");
        await Should.ThrowAsync<AmazonS3Exception>(() => s3.GetObjectAsync("faulty", "k", Cancelled));
        await Should.ThrowAsync<AmazonS3Exception>(() => s3.DeleteObjectAsync("faulty", "k", Cancelled));
    }

    [Fact]
    public async Task A_fault_is_bound_to_headers_query_and_access_key()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Hmac = [.. options.Hmac, new HmacSeed("second", "second-secret")] });
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        using var second = emulator.S3("second", "second-secret");
        using var trailing = emulator.S3(configure: config => config.RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_SUPPORTED);

        await emulator.PlanFaultAsync(new { headers = new Dictionary<string, string> { ["X-Amz-Content-Sha256"] = "STREAMING-*-TRAILER" }, status = 403 }, Cancelled);
        await PutAsync(s3, "k");
        await Should.ThrowAsync<AmazonS3Exception>(() => PutAsync(trailing, "k"));

        await emulator.ClearFaultsAsync(Cancelled);
        await emulator.PlanFaultAsync(new { query = new Dictionary<string, string> { ["start-after"] = "?*" }, status = 403 }, Cancelled);
        await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "faulty" }, Cancelled);
        await Should.ThrowAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "faulty", StartAfter = "a" }, Cancelled));

        await emulator.ClearFaultsAsync(Cancelled);
        await emulator.PlanFaultAsync(new { accessKey = "sec*", status = 403 }, Cancelled);
        await PutAsync(s3, "k");
        await Should.ThrowAsync<AmazonS3Exception>(() => PutAsync(second, "k"));
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
    public async Task A_fault_lets_the_first_requests_pass()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        await emulator.PlanFaultAsync(new { operation = "PutObject", status = 403, after = 2, count = 1 }, Cancelled);
        (await OutcomesAsync(s3, 5)).ShouldBe([true, true, false, true, true]);
    }

    [Fact]
    public async Task Chance_repeats_itself_with_its_seed()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("faulty", Cancelled);
        var runs = new List<bool[]>();
        foreach (var seed in new[] { 7, 7, 8 })
        {
            await emulator.PlanFaultAsync(new { operation = "PutObject", status = 403, probability = 0.5, seed }, Cancelled);
            runs.Add(await OutcomesAsync(s3, 40));
            await emulator.ClearFaultsAsync(Cancelled);
        }

        runs[0].Count(passed => passed).ShouldBeInRange(5, 35);
        runs[1].ShouldBe(runs[0]);
        runs[2].ShouldNotBe(runs[0]);

        foreach (var (probability, passes) in new[] { (0.0, true), (1.0, false) })
        {
            await emulator.PlanFaultAsync(new { operation = "PutObject", status = 403, probability }, Cancelled);
            (await OutcomesAsync(s3, 5)).ShouldAllBe(passed => passed == passes);
            await emulator.ClearFaultsAsync(Cancelled);
        }
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
    public async Task A_plan_of_several_rules_is_taken_whole_or_not_at_all()
    {
        await using var emulator = await Emulator.StartAsync();
        using (var refused = await emulator.Http.PostAsJsonAsync("/_/admin/faults", new object[] { new { status = 503 }, new { status = 42 } }, Cancelled))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        (await emulator.Http.GetFromJsonAsync<JsonArray>("/_/admin/faults", Cancelled))!.ShouldBeEmpty();
        using var added = await emulator.Http.PostAsJsonAsync("/_/admin/faults", new object[] { new { operation = "GetObject", status = 503 }, new { operation = "PutObject", status = 403 } }, Cancelled);
        var rules = (await added.Content.ReadFromJsonAsync<JsonArray>(Cancelled))!;
        rules.Count.ShouldBe(2);
        using (var removed = await emulator.Http.DeleteAsync($"/_/admin/faults/{rules[0]!.Text("id")}", Cancelled))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        (await emulator.Http.GetFromJsonAsync<JsonArray>("/_/admin/faults", Cancelled))!.Single()!.Text("operation").ShouldBe("PutObject");
    }

    [Theory]
    [InlineData("""{"operation":"Nonsense","status":503}""", "Nonsense")]
    [InlineData("""{"operation":"PutObject,Nonsense","status":503}""", "Nonsense")]
    [InlineData("""{"status":42}""", "42")]
    [InlineData("""{"stat":503}""", "stat")]
    [InlineData("""{"status":"many"}""", "status")]
    [InlineData("""{"status":503,"operation":null}""", "operation")]
    [InlineData("""{"status":503,"headers":{"a":1}}""", "headers")]
    [InlineData("""{"drop":"sometimes"}""", "sometimes")]
    [InlineData("""{"status":503,"probability":1.5}""", "1.5")]
    [InlineData("""{"status":503,"seed":1}""", "seed")]
    [InlineData("""{"status":503,"count":0}""", "count")]
    [InlineData("""{"status":503,"after":-1}""", "after")]
    [InlineData("""{"delayMilliseconds":-1}""", "delayMilliseconds")]
    [InlineData("""{"status":503,"corrupt":true}""", "status")]
    [InlineData("""{"code":"SlowDown","delayMilliseconds":1}""", "code")]
    [InlineData("""{"unsorted":true}""", "ListObjects")]
    [InlineData("""{"operation":"GetObject"}""", "nothing")]
    [InlineData("""[1]""", "object")]
    public async Task A_fault_that_cannot_be_meant_is_refused(string rule, string word)
    {
        await using var emulator = await Emulator.StartAsync();
        using var response = await emulator.Http.PostAsync("/_/admin/faults", new StringContent(rule), Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("message").ShouldContain(word);
    }

    private static async Task<bool[]> OutcomesAsync(AmazonS3Client s3, int count)
    {
        var outcomes = new bool[count];
        for (var i = 0; i < count; i++)
        {
            try
            {
                await PutAsync(s3, "k");
                outcomes[i] = true;
            }
            catch (AmazonS3Exception)
            {
            }
        }

        return outcomes;
    }

    private static Task PutAsync(AmazonS3Client s3, string key) => s3.PutObjectAsync(new PutObjectRequest { BucketName = "faulty", Key = key, ContentBody = "x" }, Cancelled);
}
