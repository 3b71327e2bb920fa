using System.Collections.Concurrent;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Program;

/// <summary>Versions, deletions and completed uploads of a process that is killed in the middle of its work.</summary>
public sealed class KillTests
{
    private const string Bucket = "killed";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(40)]
    [InlineData(120)]
    [InlineData(300)]
    public async Task What_was_acknowledged_is_there_and_everything_that_is_there_is_whole(int killAfter)
    {
        using var directory = new TemporaryDirectory();
        string[] arguments = ["--data", directory["state"], "--hmac", "local:secret"];
        var stored = new ConcurrentDictionary<(string Key, string Version), string>();
        var deleted = new ConcurrentDictionary<(string Key, string Version), bool>();
        await using (var program = EmulatorProcess.Start(arguments))
        {
            using var s3 = S3(await program.ListeningAsync(Cancelled));
            await s3.PutBucketAsync(Bucket, Cancelled);
            await s3.PutBucketVersioningAsync(
                new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } }, Cancelled);
            var acknowledged = 0;
            var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
            {
                try
                {
                    for (var round = 0; ; round++)
                    {
                        await WorkAsync(s3, $"key-{worker}", round, stored, deleted);
                        if (Interlocked.Increment(ref acknowledged) >= killAfter)
                        {
                            program.Kill();
                        }
                    }
                }
                catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
                {
                    // The process is gone.
                }
            })).ToArray();
            await Task.WhenAll(workers).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);
            acknowledged.ShouldBeGreaterThanOrEqualTo(killAfter);
            await program.ExitCodeAsync(Cancelled);
        }

        await using var again = EmulatorProcess.Start(arguments);
        using var client = S3(await again.ListeningAsync(Cancelled));
        var present = await ListAsync(client);
        foreach (var ((key, version), content) in stored)
        {
            (present.ContainsKey((key, version)) || deleted.ContainsKey((key, version))).ShouldBeTrue($"{key} {version} of {content.Length} characters was acknowledged");
        }

        foreach (var (key, version) in deleted.Keys)
        {
            present.ShouldNotContainKey((key, version));
        }

        foreach (var ((key, version), listed) in present.Where(one => one.Value.IsDeleteMarker != true))
        {
            using var got = await client.GetObjectAsync(Bucket, key, version, Cancelled);
            using var content = new MemoryStream();
            await got.ResponseStream.CopyToAsync(content, Cancelled);
            content.Length.ShouldBe(listed.Size!.Value);
            var text = System.Text.Encoding.ASCII.GetString(content.ToArray());
            text.ShouldBe(stored.GetValueOrDefault((key, version), text));
            text.Distinct().Count().ShouldBe(1, "an object holds one character only, as it was sent");
            if (!got.ETag.Contains('-', StringComparison.Ordinal))
            {
                got.ETag.ShouldBe($"\"{Convert.ToHexStringLower(MD5.HashData(content.ToArray()))}\"");
            }
        }

        again.Output.ShouldNotContain("is not a whole object");
    }

    /// <summary>A put, a completed upload, or a deletion of what was put before; noted once it is acknowledged, a deletion once it is begun.</summary>
    private static async Task WorkAsync(
        AmazonS3Client s3, string key, int round, ConcurrentDictionary<(string, string), string> stored, ConcurrentDictionary<(string, string), bool> deleted)
    {
        var content = new string((char)('a' + (round % 26)), 1 + (round * 7919 % 100_000));
        switch (round % 4)
        {
            case 3:
                var victim = stored.Keys.First(one => one.Item1 == key);
                stored.TryRemove(victim, out var text);
                await s3.DeleteObjectAsync(Bucket, victim.Item1, victim.Item2, Cancelled);
                deleted[victim] = true;
                break;
            case 2:
                var upload = (await s3.InitiateMultipartUploadAsync(Bucket, key, Cancelled)).UploadId;
                var part = await s3.UploadPartAsync(
                    new UploadPartRequest { BucketName = Bucket, Key = key, UploadId = upload, PartNumber = 1, InputStream = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(content)) }, Cancelled);
                var done = await s3.CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest { BucketName = Bucket, Key = key, UploadId = upload, PartETags = [new PartETag(part)] }, Cancelled);
                stored[(key, done.VersionId)] = content;
                break;
            default:
                var put = await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = content }, Cancelled);
                stored[(key, put.VersionId)] = content;
                break;
        }
    }

    private static async Task<Dictionary<(string Key, string Version), S3ObjectVersion>> ListAsync(AmazonS3Client s3)
    {
        var present = new Dictionary<(string, string), S3ObjectVersion>();
        var request = new ListVersionsRequest { BucketName = Bucket };
        ListVersionsResponse page;
        do
        {
            page = await s3.ListVersionsAsync(request, Cancelled);
            foreach (var version in page.Versions ?? [])
            {
                present.Add((version.Key, version.VersionId), version);
            }

            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
        while (page.IsTruncated == true);
        return present;
    }

    private static AmazonS3Client S3(string url) => new(
        new BasicAWSCredentials("local", "secret"),
        new AmazonS3Config { ServiceURL = url, ForcePathStyle = true, AuthenticationRegion = "us-east", MaxErrorRetry = 0 });
}
