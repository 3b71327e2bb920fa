using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Rotation;

/// <summary>Shows that the object store no longer accepts a HMAC key, several times over: gateways forget it one by one.</summary>
internal sealed class RefusalProof(ObjectStore stores, Waiting waiting, IOptionsMonitor<RotationOptions> options, TimeProvider time)
{
    private const int RefusalsInARow = 3;

    /// <summary>Returns how long after now the first of these refusals came, and by which error.</summary>
    /// <exception cref="DiagnosticException">The key is still accepted at the end of the time.</exception>
    public async Task<(TimeSpan After, string Error)> ShowAsync(StorageLocation location, string bucket, HmacKey key, string guid, CancellationToken cancellationToken)
    {
        using var store = stores.WithHmac(location, key);
        var started = time.GetTimestamp();
        var atMost = options.CurrentValue.RefusedWithin;
        var (after, error) = (TimeSpan.Zero, "");
        var isRefused = await waiting.UntilAsync($"the object store to refuse the deleted key {guid}", atMost, async () =>
        {
            for (var inARow = 0; inARow < RefusalsInARow; inARow++)
            {
                if (await RefusalAsync(store, bucket, cancellationToken) is not { } refusal)
                {
                    return false;
                }

                if (inARow == 0)
                {
                    (after, error) = (time.GetElapsedTime(started), refusal);
                }
            }

            return true;
        }, cancellationToken);
        return isRefused ? (after, error) : throw new DiagnosticException(
            DiagnosticCode.KeyStillAccepted,
            guid,
            $"the object store still accepts the deleted HMAC key after {atMost.TotalSeconds:0} s",
            "Revoke again: deleted keys can take long to be forgotten everywhere. If it stays so, see with `ibmcloud resource service-keys` what still grants it.");
    }

    // Null when the store did what was asked.
    private static async Task<string?> RefusalAsync(AmazonS3Client store, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 }, cancellationToken);
            return null;
        }
        catch (AmazonS3Exception refused) when (refused.ErrorCode is "InvalidAccessKeyId" or "AccessDenied")
        {
            return refused.ErrorCode;
        }
    }
}
