using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>
/// Shows that a HMAC key does all that Tempo will do with it, several times over: gateways learn of a new key one by one, and Tempo gives up at the first
/// one that has not.
/// </summary>
internal sealed class HmacProof(ObjectStore stores, Waiting waiting, IOptionsMonitor<IbmCloudOptions> options)
{
    private const int RoundsInARow = 3;
    private static readonly byte[] DigestOfNothing = Convert.FromHexString("d41d8cd98f00b204e9800998ecf8427e");

    /// <summary>Returns how many rounds it took. A key that was just made may take its time to be known.</summary>
    public Task<int> ShowAsync(StorageLocation location, string bucket, HmacKey key, string runId, CancellationToken cancellationToken) =>
        ShowAsync(location, bucket, key, runId, options.CurrentValue.HmacKeyWithin, cancellationToken);

    /// <inheritdoc cref="ShowAsync(StorageLocation, string, HmacKey, string, CancellationToken)"/>
    public async Task<int> ShowAsync(StorageLocation location, string bucket, HmacKey key, string runId, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var store = stores.WithHmac(location, key);
        var (rounds, inARow, mayDelete) = (0, 0, false);
        KeyTrial? last = null;

        var works = await waiting.UntilAsync("the new HMAC key to be known to the object store", atMost, async () =>
        {
            // Successes follow one another without a pause; a refusal begins the count again after one.
            while (inARow < RoundsInARow)
            {
                rounds++;
                last = mayDelete ? new KeyTrial() : await TryWithoutTraceAsync(store, bucket, runId, cancellationToken);
                mayDelete = last.Works;
                last = mayDelete ? await TryRoundAsync(store, bucket, runId, cancellationToken) : last;
                if (!last.Works)
                {
                    inARow = 0;
                    return false;
                }

                inARow++;
            }

            return true;
        }, cancellationToken);

        return works ? rounds : throw Unusable(bucket, last!, atMost);
    }

    /// <summary>One round, whatever comes of it.</summary>
    public async Task<KeyTrial> TryOnceAsync(StorageLocation location, string bucket, HmacKey key, string runId, CancellationToken cancellationToken)
    {
        using var store = stores.WithHmac(location, key);
        return await TryRoundAsync(store, bucket, runId, cancellationToken);
    }

    private static DiagnosticException Unusable(string bucket, KeyTrial trial, TimeSpan waited) => trial.LacksRights
        ? new DiagnosticException(
            DiagnosticCode.KeyLacksRights,
            bucket,
            $"the key may not do all that Tempo does: it is denied {trial.Denied}, and allowed {trial.Allowed}",
            "Give it the role Writer (in IBM Cloud; Object Writer cannot list, read or delete, and the readers cannot write or delete), elsewhere s3:ListBucket, GetObject, PutObject and DeleteObject.")
        : new DiagnosticException(
            DiagnosticCode.HmacKeyUnusable,
            bucket,
            $"the object store does not accept the HMAC key{(waited > TimeSpan.Zero ? $" after {waited.TotalSeconds:0} s" : "")}: {trial.Describe()}",
            waited > TimeSpan.Zero
                ? "Run again: keys can take long to spread. If it stays so, see that no bucket firewall or access policy denies the role Writer."
                : "Check access key id and secret, and that they are this store's.");

    // A canary that cannot be deleted again would stay in the bucket. So what may be deleted is asked first, and when nothing may, an object whose digest is wrong
    // shows whether one could be written: it is refused in either case, but not for the same reason.
    private static async Task<KeyTrial> TryWithoutTraceAsync(AmazonS3Client store, string bucket, string runId, CancellationToken cancellationToken)
    {
        var canary = NameOf(runId);
        var trial = new KeyTrial();
        if (!await trial.AskAsync("delete", () => store.DeleteObjectAsync(bucket, canary, cancellationToken)))
        {
            await trial.AskAsync("write", () => WriteInVainAsync(store, bucket, canary, cancellationToken));
            await trial.AskAsync("read", () => ReadAsync(store, bucket, canary, cancellationToken));
            await trial.AskAsync("list", () => ListAsync(store, bucket, canary, cancellationToken));
        }

        return trial;
    }

    private static async Task<KeyTrial> TryRoundAsync(AmazonS3Client store, string bucket, string runId, CancellationToken cancellationToken)
    {
        var canary = NameOf(runId);
        var song = $"canary of run {runId} at {Guid.NewGuid():N}";
        string? heard = null;
        ListObjectsV2Response? listed = null;
        var trial = new KeyTrial();
        await trial.AskAsync("write", () =>
            store.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = canary, ContentBody = song, UseChunkEncoding = false }, cancellationToken));
        await trial.AskAsync("read", async () => heard = await ReadAsync(store, bucket, canary, cancellationToken));
        await trial.AskAsync("list", async () => listed = await ListAsync(store, bucket, canary, cancellationToken));
        await trial.AskAsync("delete", () => store.DeleteObjectAsync(bucket, canary, cancellationToken));
        trial.Fault = !trial.Works ? null
            : heard != song ? "a canary object was read back changed"
            : listed?.S3Objects is not { Count: 1 } ? "a canary object was not listed"
            : null;
        return trial;
    }

    // No slash: Tempo takes what stands before one for a tenant.
    private static string NameOf(string runId) => $"tempocos-canary-{runId}";

    private static Task<ListObjectsV2Response> ListAsync(AmazonS3Client store, string bucket, string prefix, CancellationToken cancellationToken) =>
        store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, MaxKeys = 1 }, cancellationToken);

    private static async Task WriteInVainAsync(AmazonS3Client store, string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutObjectAsync(
                new PutObjectRequest { BucketName = bucket, Key = key, ContentBody = "canary", UseChunkEncoding = false, MD5Digest = Convert.ToBase64String(DigestOfNothing) }, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode is "BadDigest" or "InvalidDigest")
        {
            // As it should be.
        }
    }

    // What could not be written is not found, which shows as well that reading is allowed.
    private static async Task<string?> ReadAsync(AmazonS3Client store, string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await store.GetObjectAsync(bucket, key, cancellationToken);
            using var reader = new StreamReader(answer.ResponseStream, Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchKey")
        {
            return null;
        }
    }
}
