using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class ListTests
{
    // U+FF5E sorts before U+1D11E by code point, after it by UTF-16 unit.
    private static readonly string[] Keys = ["a", "a/1", "a/2", "b/x/1", "b/y", "c d", "e+f", "g&h", "ü", "\uFF5E", "\U0001D11E"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Version_2_pages_through_everything_in_order(int pageSize)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await FilledAsync(emulator);
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lists", MaxKeys = pageSize, ContinuationToken = token, Encoding = EncodingType.Url }, Cancelled);
            page.S3Objects.Count.ShouldBeLessThanOrEqualTo(pageSize);
            page.KeyCount.ShouldBe(page.S3Objects.Count);
            seen.AddRange(page.S3Objects.Select(one => Uri.UnescapeDataString(one.Key)));
            token = page.NextContinuationToken;
            (page.IsTruncated == true).ShouldBe(token is not null);
        }
        while (token is not null);

        seen.ShouldBe(Keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task Version_1_pages_through_everything_in_order(int pageSize)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await FilledAsync(emulator);
        var seen = new List<string>();
        string? marker = null;
        do
        {
            var page = await s3.ListObjectsAsync(new ListObjectsRequest { BucketName = "lists", MaxKeys = pageSize, Marker = marker, Delimiter = "/" }, Cancelled);
            seen.AddRange((page.S3Objects ?? []).Select(one => one.Key));
            seen.AddRange(page.CommonPrefixes ?? []);
            marker = page.IsTruncated == true ? page.NextMarker.ShouldNotBeNull() : null;
        }
        while (marker is not null);

        seen.Order(StringComparer.Ordinal).ShouldBe(new[] { "a", "a/", "b/", "c d", "e+f", "g&h", "ü", "\uFF5E", "\U0001D11E" }.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Prefix_delimiter_and_start_after_work_together()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await FilledAsync(emulator);
        var page = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lists", Prefix = "b/", Delimiter = "/" }, Cancelled);
        page.CommonPrefixes.ShouldBe(["b/x/"]);
        page.S3Objects.ShouldHaveSingleItem().Key.ShouldBe("b/y");

        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lists", StartAfter = "a/1", MaxKeys = 2 }, Cancelled)).S3Objects.Select(one => one.Key).ShouldBe(["a/2", "b/x/1"]);
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lists", Prefix = "a/", StartAfter = "b" }, Cancelled)).S3Objects.ShouldBeNull();
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lists", Prefix = "nothing" }, Cancelled)).S3Objects.ShouldBeNull();
    }

    /// <summary>Tempo's poll: one shard of block ids, behind a start key that is no key itself.</summary>
    [Fact]
    public async Task A_shard_of_blocks_is_listed_as_tempo_asks_for_it()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("blocks", Cancelled);
        var blocks = Enumerable.Range(0, 16).Select(i => $"single-tenant/{i:x}0000000-0000-4000-8000-000000000000/").ToArray();
        foreach (var block in blocks)
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "blocks", Key = block + "meta.json", ContentBody = "{}" }, Cancelled);
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "blocks", Key = block + "data.parquet", ContentBody = "x" }, Cancelled);
        }

        var page = await s3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = "blocks", Prefix = "single-tenant/", Delimiter = "/", StartAfter = "single-tenant/7fffffff-ffff-ffff-ffff-ffffffffffff", FetchOwner = true },
            Cancelled);
        page.CommonPrefixes.ShouldBe(blocks[8..]);
        page.S3Objects.ShouldBeNull();

        var inside = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "blocks", Prefix = "single-tenant/", Delimiter = "/", StartAfter = blocks[3] }, Cancelled);
        inside.CommonPrefixes.ShouldBe(blocks[4..]);
    }

    private static async Task<AmazonS3Client> FilledAsync(Emulator emulator)
    {
        var s3 = await emulator.S3WithBucketAsync("lists", Cancelled);
        foreach (var key in Keys.Reverse())
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "lists", Key = key, ContentBody = "x" }, Cancelled);
        }

        return s3;
    }
}
