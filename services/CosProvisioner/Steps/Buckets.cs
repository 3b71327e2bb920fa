using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Search;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>
/// The run's bucket. What the run's own instance lists is the run's; bucket names are one namespace for all customers, so a name that exists elsewhere is
/// somebody else's.
/// </summary>
internal sealed class Buckets(
    ObjectStore stores, EndpointDirectory endpoints, BucketConfigurationClient configuration, TaggingClient tagging, BucketRemoval removal)
{
    public async Task<Ensured<string>> EnsureAsync(RunPlan plan, LocationChoice choice, Ensured<ServiceInstance> instance, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.Bucket.Value;
        var place = new Dictionary<string, string>
        {
            [Place.InstanceGuid] = instance.Resource.Guid,
            [Place.Region] = plan.Region,
            [Place.EndpointType] = plan.EndpointType,
        };
        if (plan.BucketOptions.AllowedIps.Count > 0)
        {
            place[Place.Firewall] = "true";
        }

        using var store = stores.WithBearer(choice.Location, instance.Resource.Guid);
        if (await FindAsync(store, name, cancellationToken) is { } found)
        {
            await CheckLocationAsync(store, name, choice, cancellationToken);
            var known = ledger.Find(LedgerKind.Bucket, name);
            var ours = instance.IsOurs || plan.Bucket.Derived || known is { State: LedgerState.Created } || known?.MayHaveMade(found.CreationDate) == true;
            if (!ours)
            {
                await BucketAdoption.CheckAsync(store, plan, cancellationToken);
                place[Place.Adopted] = "true";
                place.Remove(Place.Firewall);
            }

            ledger.Adopt(LedgerKind.Bucket, name, name, place);
            return new Ensured<string>(name, IsOurs: ours && known?.Place.ContainsKey(Place.Adopted) != true, WasThere: true);
        }

        ledger.Intend(LedgerKind.Bucket, name, place);
        await CreateAsync(store, plan, choice, ledger, cancellationToken);
        ledger.Created(LedgerKind.Bucket, name, name);
        var tagged = instance.Resource.Crn is { } crn && await tagging.TryAttachAsync($"{crn.TrimEnd(':')}:bucket:{name}", plan.Tags, cancellationToken);
        StepScope.Current?.Evidence.TryAdd("tags", tagged ? string.Join(", ", plan.Tags) : "could not be attached");

        return new Ensured<string>(name, IsOurs: true, WasThere: false);
    }

    /// <summary>Null when there was nothing to remove, else how many objects were in it.</summary>
    public async Task<long?> RemoveAsync(LedgerItem item, CancellationToken cancellationToken)
    {
        var location = await endpoints.FindAsync(item.Place[Place.Region], item.Place[Place.EndpointType], cancellationToken);
        using var store = stores.WithBearer(location, item.Place[Place.InstanceGuid]);
        if (await FindAsync(store, item.Name, cancellationToken) is not { } found || !(item.State == LedgerState.Created || item.MayHaveMade(found.CreationDate)))
        {
            return null;
        }

        if (item.Place.ContainsKey(Place.Firewall))
        {
            // It may keep this machine out of the bucket, but not out of its configuration.
            await configuration.ChangeAsync(item.Name, BucketConfiguration.Open, cancellationToken);
        }

        return await removal.RunAsync(store, item, cancellationToken);
    }

    private static async Task<S3Bucket?> FindAsync(AmazonS3Client store, string name, CancellationToken cancellationToken)
    {
        var answer = await store.ListBucketsAsync(cancellationToken);
        return answer.Buckets?.Find(bucket => bucket.BucketName == name);
    }

    private static async Task CreateAsync(AmazonS3Client store, RunPlan plan, LocationChoice choice, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.Bucket.Value;
        try
        {
            store.BeforeRequestEvent += Encrypt;
            await store.PutBucketAsync(new PutBucketRequest { BucketName = name, BucketRegionName = choice.LocationConstraint }, CancellationToken.None);
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
        catch (AmazonS3Exception exception) when (BucketRefusals.Of(exception, plan, choice.LocationConstraint) is { } refusal)
        {
            ledger.Removed(LedgerKind.Bucket, name);
            throw refusal;
        }
        finally
        {
            store.BeforeRequestEvent -= Encrypt;
        }

        void Encrypt(object sender, RequestEventArgs arguments)
        {
            if (plan.BucketOptions.RootKeyCrn is { Length: > 0 } rootKey && arguments is WebServiceRequestEventArgs request)
            {
                request.Headers["ibm-sse-kp-encryption-algorithm"] = "AES256";
                request.Headers["ibm-sse-kp-customer-root-key-crn"] = rootKey;
            }
        }
    }

    private static async Task CheckLocationAsync(AmazonS3Client store, string bucket, LocationChoice choice, CancellationToken cancellationToken)
    {
        string? actual;
        try
        {
            actual = (await store.GetBucketLocationAsync(bucket, cancellationToken)).Location?.Value;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchBucket")
        {
            // The instance lists it, but this endpoint does not reach it.
            actual = "another region";
        }

        if (!string.IsNullOrEmpty(actual) && actual != choice.LocationConstraint)
        {
            throw new DiagnosticException(
                DiagnosticCode.BucketElsewhere,
                bucket,
                $"the bucket is in {actual}, not in {choice.LocationConstraint}",
                "Ask for the region and storage class that it has; if this run made it, destroy the run first.");
        }
    }
}
