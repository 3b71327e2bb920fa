using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Admin;

/// <summary>What a fault does to lists; each time with the same list without the fault.</summary>
public sealed class ListingFaultTests
{
    private const string Bucket = "listed";
    private static readonly string[] Keys = [.. Enumerable.Range(0, 30).Select(i => $"k/{i:d2}")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stale_list_leaves_young_objects_out()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "ListObjectsV2", hideSeconds = 3600 }, Cancelled);
        (await ListAsync(s3)).ShouldBeEmpty();
        (await ListV1Async(s3)).ShouldBe(Keys);
        await emulator.ClearFaultsAsync(Cancelled);
        (await ListAsync(s3)).ShouldBe(Keys);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(7)]
    public async Task An_unsorted_list_is_complete_and_the_same_each_time(int page)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "ListObjects,ListObjectsV2", unsorted = true }, Cancelled);
        var first = await ListAsync(s3, page);
        first.ShouldNotBe(Keys);
        first.Order(StringComparer.Ordinal).ShouldBe(Keys);
        (await ListAsync(s3, page)).ShouldBe(first);
        (await ListV1Async(s3, page)).ShouldBe(first);
        (await ListAsync(s3, page, startAfter: "k/19")).Order(StringComparer.Ordinal).ShouldBe(Keys[20..]);
        await emulator.ClearFaultsAsync(Cancelled);
        (await ListAsync(s3, page)).ShouldBe(Keys);
        (await ListV1Async(s3, page)).ShouldBe(Keys);
    }

    [Fact]
    public async Task A_deaf_list_starts_at_the_start()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await StartAsync(emulator);
        await emulator.PlanFaultAsync(new { operation = "ListObjects,ListObjectsV2", ignoreStartAfter = true }, Cancelled);
        (await ListAsync(s3, startAfter: "k/19")).ShouldBe(Keys);
        (await ListAsync(s3, 7, startAfter: "k/19")).ShouldBe(Keys, "the pages after the first go on as they must");
        (await s3.ListObjectsAsync(new ListObjectsRequest { BucketName = Bucket, Marker = "k/19" }, Cancelled)).S3Objects.Count.ShouldBe(Keys.Length);
        await emulator.ClearFaultsAsync(Cancelled);
        (await ListAsync(s3, startAfter: "k/19")).ShouldBe(Keys[20..]);
        (await s3.ListObjectsAsync(new ListObjectsRequest { BucketName = Bucket, Marker = "k/19" }, Cancelled)).S3Objects.Count.ShouldBe(10);
    }

    private static async Task<AmazonS3Client> StartAsync(Emulator emulator)
    {
        var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        foreach (var key in Keys)
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = "x" }, Cancelled);
        }

        return s3;
    }

    private static async Task<string[]> ListAsync(AmazonS3Client s3, int page = 1000, string? startAfter = null)
    {
        var keys = new List<string>();
        var request = new ListObjectsV2Request { BucketName = Bucket, MaxKeys = page, StartAfter = startAfter };
        do
        {
            var answer = await s3.ListObjectsV2Async(request, Cancelled);
            keys.AddRange((answer.S3Objects ?? []).Select(row => row.Key));
            request.ContinuationToken = answer.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
        return [.. keys];
    }

    private static async Task<string[]> ListV1Async(AmazonS3Client s3, int page = 1000)
    {
        var keys = new List<string>();
        var request = new ListObjectsRequest { BucketName = Bucket, MaxKeys = page };
        do
        {
            var answer = await s3.ListObjectsAsync(request, Cancelled);
            keys.AddRange((answer.S3Objects ?? []).Select(row => row.Key));
            request.Marker = answer.IsTruncated == true ? answer.NextMarker : null;
        }
        while (request.Marker is not null);
        return [.. keys];
    }
}
