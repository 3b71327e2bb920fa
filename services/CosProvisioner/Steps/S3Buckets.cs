using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>
/// The run's bucket at a store that is not IBM's. The bucket's tags mark it as the run's where the store has bucket tags, and the ledger does everywhere; a name
/// alone does not.
/// </summary>
internal sealed class S3Buckets(ObjectStore stores, HmacProof proof, BucketRemoval removal, IOptionsMonitor<S3Options> options)
{
    private const string DefaultRegion = "us-east-1";
    private const string RunTag = "tempocos-run";

    public static StorageLocation LocationOf(string endpoint, string region, S3Options options) =>
        new(region.Length > 0 ? region : options.Region.Length > 0 ? options.Region : DefaultRegion, "public", endpoint);

    public async Task<Ensured<string>> EnsureAsync(
        RunPlan plan, StorageLocation location, HmacKey key, RunLedger ledger, StepScope step, CancellationToken cancellationToken)
    {
        var name = plan.Bucket.Value;
        var place = new Dictionary<string, string> { [Place.Endpoint] = location.Endpoint, [Place.Region] = location.Region };
        using var store = stores.WithHmac(location, key);
        if (await FindOrExplainAsync() is { } found)
        {
            var known = ledger.Find(LedgerKind.Bucket, name);
            var ours = known is { State: LedgerState.Created } || known?.MayHaveMade(found.CreationDate) == true || await IsMarkedAsync(store, name, plan.RunId, cancellationToken);
            if (!ours)
            {
                await BucketAdoption.CheckAsync(store, plan, cancellationToken);
                place[Place.Adopted] = "true";
            }

            ledger.Adopt(LedgerKind.Bucket, name, name, place);
            return new Ensured<string>(name, IsOurs: ours && known?.Place.ContainsKey(Place.Adopted) != true, WasThere: true);
        }

        ledger.Intend(LedgerKind.Bucket, name, place);
        await CreateAsync(store, plan, location, ledger, cancellationToken);
        ledger.Created(LedgerKind.Bucket, name, name);
        step.Evidence["marked_by"] = await MarkAsync(store, name, plan.RunId, cancellationToken) ? "bucket tags" : "ledger";
        return new Ensured<string>(name, IsOurs: true, WasThere: false);

        async Task<S3Bucket?> FindOrExplainAsync()
        {
            try
            {
                return await FindAsync(store, name, cancellationToken);
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "AccessDenied")
            {
                // A key that may not even look into the bucket: what else it may not do says more than the first refusal.
                await proof.ShowAsync(location, name, key, plan.RunId, TimeSpan.Zero, cancellationToken);
                throw;
            }
        }
    }

    /// <summary>Null when there was nothing to remove, else how many objects were in it.</summary>
    public async Task<long?> RemoveAsync(LedgerItem item, CancellationToken cancellationToken)
    {
        var location = new StorageLocation(item.Place[Place.Region], "public", item.Place[Place.Endpoint]);
        using var store = stores.WithHmac(location, options.CurrentValue.Key(location.Endpoint));
        return await FindAsync(store, item.Name, cancellationToken) is { } found && (item.State == LedgerState.Created || item.MayHaveMade(found.CreationDate))
            ? await removal.RunAsync(store, item, cancellationToken)
            : null;
    }

    private static async Task CreateAsync(AmazonS3Client store, RunPlan plan, StorageLocation location, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.Bucket.Value;
        try
        {
            // Stores take no constraint for what is their default.
            var constraint = location.Region == DefaultRegion ? null : location.Region;
            await store.PutBucketAsync(new PutBucketRequest { BucketName = name, BucketRegionName = constraint, UseClientRegion = false }, CancellationToken.None);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Conflict)
        {
            // An answer that was lost: the creation is repeated, and the second one meets the first one's bucket.
            if (await FindAsync(store, name, cancellationToken) is not null)
            {
                return;
            }

            ledger.Removed(LedgerKind.Bucket, name);
            throw BucketRefusals.Taken(name, exception);
        }
        catch (AmazonS3Exception exception) when (BucketRefusals.Of(exception, plan, location.Region) is { } refusal)
        {
            ledger.Removed(LedgerKind.Bucket, name);
            throw refusal;
        }
    }

    /// <summary>The one of the key's own buckets; what others own is not listed. A key that may not list buckets is asked for this one.</summary>
    private static async Task<S3Bucket?> FindAsync(AmazonS3Client store, string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await store.ListBucketsAsync(cancellationToken);
            return answer.Buckets?.Find(bucket => bucket.BucketName == name);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode is "AccessDenied")
        {
            return await IsThereAsync(store, name, cancellationToken) ? new S3Bucket { BucketName = name } : null;
        }
    }

    private static async Task<bool> IsThereAsync(AmazonS3Client store, string name, CancellationToken cancellationToken)
    {
        try
        {
            await store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = name, MaxKeys = 1 }, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task<bool> IsMarkedAsync(AmazonS3Client store, string bucket, string runId, CancellationToken cancellationToken)
    {
        try
        {
            var tagging = await store.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket }, cancellationToken);
            return tagging.TagSet?.Exists(tag => tag.Key == RunTag && tag.Value == runId) == true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest || StoreErrors.IsUnsupported(exception))
        {
            return false;
        }
    }

    private static async Task<bool> MarkAsync(AmazonS3Client store, string bucket, string runId, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutBucketTaggingAsync(bucket, [new Tag { Key = RunTag, Value = runId }], cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest || StoreErrors.IsUnsupported(exception))
        {
            return false;
        }
    }
}
