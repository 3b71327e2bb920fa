using System.Security.Cryptography;
using System.Text;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

/// <summary>Directories of before there were versions, and files that a kill left behind.</summary>
public sealed class StorageFormatTests
{
    private const string Bucket = "format";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_of_before_there_were_versions_is_served_and_becomes_the_null_version()
    {
        await using var emulator = await Emulator.StartAsync();
        using (await emulator.S3WithBucketAsync(Bucket, Cancelled))
        {
            WriteOldObject(emulator, "old", "content", whole: true);
            WriteOldObject(emulator, "cut", "content", whole: false);
            File.Delete(Path.Combine(emulator.DataDirectory, "cos", "buckets", Bucket, "settings.json"));
        }

        await emulator.RestartAsync();
        using var s3 = emulator.S3();
        (await ReadAsync(s3, null)).ShouldBe("content");
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects.ShouldHaveSingleItem().Key.ShouldBe("old");
        (await s3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "old" }, Cancelled)).Tagging.ShouldHaveSingleItem().Value.ShouldBe("tag");

        await s3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new S3BucketVersioningConfig { Status = Amazon.S3.VersionStatus.Enabled } }, Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "old", ContentBody = "new" }, Cancelled);
        (await ReadAsync(s3, null)).ShouldBe("new");
        (await ReadAsync(s3, "null")).ShouldBe("content");
    }

    [Fact]
    public async Task Attributes_of_an_object_that_has_been_replaced_are_not_those_of_the_new_one()
    {
        await using var emulator = await Emulator.StartAsync();
        string left;
        using (var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled))
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "old", ContentBody = "one" }, Cancelled);
            await s3.PutObjectTaggingAsync(
                new PutObjectTaggingRequest { BucketName = Bucket, Key = "old", Tagging = new Tagging { TagSet = [new Tag { Key = "of", Value = "one" }] } }, Cancelled);
            left = Directory.EnumerateFiles(Path.Combine(emulator.DataDirectory, "cos", "buckets", Bucket, "objects"), "*+attributes", SearchOption.AllDirectories).Single();
            var attributes = await File.ReadAllBytesAsync(left, Cancelled);
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "old", ContentBody = "two" }, Cancelled);
            File.Exists(left).ShouldBeFalse();

            // As a kill between the rename and the clearing up leaves it.
            await File.WriteAllBytesAsync(left, attributes, Cancelled);
        }

        await emulator.RestartAsync();
        using var again = emulator.S3();
        (await ReadAsync(again, null)).ShouldBe("two");
        ((await again.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "old" }, Cancelled)).Tagging ?? []).ShouldBeEmpty();
        File.Exists(left).ShouldBeFalse();
    }

    private static void WriteOldObject(Emulator emulator, string key, string content, bool whole)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        var folder = Directory.CreateDirectory(Path.Combine(emulator.DataDirectory, "cos", "buckets", Bucket, "objects", name[..2])).FullName;
        var json = Encoding.UTF8.GetBytes(
            $$"""{"key":"{{key}}","size":{{content.Length}},"eTag":"{{Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(content)))}}","lastModified":"2026-01-02T03:04:05+00:00","contentType":"text/plain","tags":{"a":"tag"},"checksum":"Crc64Nvme"}""");
        byte[] file = [.. Encoding.UTF8.GetBytes(content), .. json, .. BitConverter.GetBytes(json.Length), .. "TCOBJ\0\0\u0001"u8];
        File.WriteAllBytes(Path.Combine(folder, name[2..]), whole ? file : file[..^3]);
    }

    private static async Task<string> ReadAsync(Amazon.S3.AmazonS3Client s3, string? version)
    {
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "old", VersionId = version }, Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        return await reader.ReadToEndAsync(Cancelled);
    }
}
