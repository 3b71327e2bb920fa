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

    /// <summary>Returns how many rounds it took.</summary>
    public async Task<int> ShowAsync(StorageLocation location, string bucket, HmacKey key, string runId, CancellationToken cancellationToken)
    {
        using var store = stores.WithHmac(location, key);
        var atMost = options.CurrentValue.HmacKeyWithin;
        var (rounds, inARow) = (0, 0);
        string? refusal = null;

        var works = await waiting.UntilAsync("the new HMAC key to be known to the object store", atMost, async () =>
        {
            // Successes follow one another without a pause; a refusal begins the count again after one.
            while (inARow < RoundsInARow)
            {
                rounds++;
                refusal = await TryRoundAsync(store, bucket, runId, cancellationToken);
                if (refusal is not null)
                {
                    inARow = 0;
                    return false;
                }

                inARow++;
            }

            return true;
        }, cancellationToken);

        return works ? rounds : throw new DiagnosticException(
            DiagnosticCode.HmacKeyUnusable,
            bucket,
            $"the object store does not accept the new HMAC key after {atMost.TotalSeconds:0} s: {refusal}",
            "Run again: keys can take long to spread. If it stays so, see that no bucket firewall or access policy denies the role Writer.");
    }

    // Null when all went well, else how the key was refused.
    private static async Task<string?> TryRoundAsync(AmazonS3Client store, string bucket, string runId, CancellationToken cancellationToken)
    {
        // No slash: Tempo takes what stands before one for a tenant.
        var canary = $"tempocos-canary-{runId}";
        var song = $"canary of run {runId} at {Guid.NewGuid():N}";
        try
        {
            await store.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = canary, ContentBody = song, UseChunkEncoding = false }, cancellationToken);
            var heard = await ReadAsync(store, bucket, canary, cancellationToken);
            var listed = await store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = canary, MaxKeys = 1 }, cancellationToken);
            await store.DeleteObjectAsync(bucket, canary, cancellationToken);
            return heard != song ? "a canary object was read back changed"
                : listed.S3Objects is not { Count: 1 } ? "a canary object was not listed"
                : null;
        }
        catch (AmazonS3Exception refused) when (refused.ErrorCode is "InvalidAccessKeyId" or "AccessDenied")
        {
            return $"{refused.ErrorCode}, {refused.Message.TrimEnd('.')}";
        }
    }

    private static async Task<string> ReadAsync(AmazonS3Client store, string bucket, string key, CancellationToken cancellationToken)
    {
        using var answer = await store.GetObjectAsync(bucket, key, cancellationToken);
        using var reader = new StreamReader(answer.ResponseStream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
