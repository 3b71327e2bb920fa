using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>
/// The run's bucket. What the run's own instance lists is the run's; bucket names are one namespace for all customers, so a name that exists elsewhere is
/// somebody else's.
/// </summary>
internal sealed class Buckets(ObjectStore stores, EndpointDirectory endpoints, IOptionsMonitor<EmptyingOptions> emptying, TimeProvider time)
{
    public async Task<Ensured<string>> EnsureAsync(RunPlan plan, StorageLocation location, ServiceInstance instance, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.Bucket.Value;
        var place = new Dictionary<string, string>
        {
            [Place.InstanceGuid] = instance.Guid,
            [Place.Region] = plan.Region,
            [Place.EndpointType] = plan.EndpointType,
        };
        using var store = stores.WithBearer(location, instance.Guid);
        if (await ExistsAsync(store, name, cancellationToken))
        {
            await CheckLocationAsync(store, plan, cancellationToken);
            ledger.Adopt(LedgerKind.Bucket, name, name, place);
            return new Ensured<string>(name, IsOurs: true, WasThere: true);
        }

        ledger.Intend(LedgerKind.Bucket, name, place);
        await CreateAsync(store, plan, ledger, cancellationToken);
        ledger.Created(LedgerKind.Bucket, name, name);
        return new Ensured<string>(name, IsOurs: true, WasThere: false);
    }

    /// <summary>Null when there was nothing to remove, else how many objects were in it.</summary>
    public async Task<long?> RemoveAsync(LedgerItem item, CancellationToken cancellationToken)
    {
        var location = await endpoints.FindAsync(item.Place[Place.Region], item.Place[Place.EndpointType], cancellationToken);
        using var store = stores.WithBearer(location, item.Place[Place.InstanceGuid]);
        if (!await ExistsAsync(store, item.Name, cancellationToken))
        {
            return null;
        }

        return await new BucketRemoval(store, item.Name, emptying.CurrentValue, time).RunAsync(cancellationToken);
    }

    private static async Task<bool> ExistsAsync(AmazonS3Client store, string name, CancellationToken cancellationToken)
    {
        var answer = await store.ListBucketsAsync(cancellationToken);
        return answer.Buckets?.Exists(bucket => bucket.BucketName == name) == true;
    }

    private static async Task CreateAsync(AmazonS3Client store, RunPlan plan, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.Bucket.Value;
        try
        {
            await store.PutBucketAsync(new PutBucketRequest { BucketName = name, BucketRegionName = plan.LocationConstraint }, CancellationToken.None);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Conflict)
        {
            // An answer that was lost: the creation is repeated, and the second one meets the first one's bucket.
            if (await ExistsAsync(store, name, cancellationToken))
            {
                return;
            }

            ledger.Removed(LedgerKind.Bucket, name);
            throw new DiagnosticException(
                DiagnosticCode.BucketTaken,
                name,
                "a bucket of this name exists elsewhere, or existed until some minutes ago: bucket names are shared by all customers",
                "Choose another bucket name, or leave it out to have one derived from the run id.",
                exception);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.BadRequest && Refusal(exception, plan) is { } refusal)
        {
            ledger.Removed(LedgerKind.Bucket, name);
            throw refusal;
        }
    }

    private static DiagnosticException? Refusal(AmazonS3Exception exception, RunPlan plan) => exception.ErrorCode switch
    {
        "InvalidBucketName" => new DiagnosticException(
            DiagnosticCode.BucketNameInvalid, plan.Bucket.Value, "the object store does not take this bucket name", "Choose another one.", exception),
        "InvalidLocationConstraint" => new DiagnosticException(
            DiagnosticCode.StorageClassUnknown,
            plan.LocationConstraint,
            "the object store knows no such combination of location and storage class",
            "Choose another region or storage class; not every location has every class.",
            exception),
        "TooManyBuckets" => new DiagnosticException(
            DiagnosticCode.TooManyBuckets,
            plan.Bucket.Value,
            "the account has as many buckets as it may have",
            "Delete buckets that are not needed, `tempocos destroy` those of old runs, or have IBM raise the limit.",
            exception),
        _ => null,
    };

    private static async Task CheckLocationAsync(AmazonS3Client store, RunPlan plan, CancellationToken cancellationToken)
    {
        string? actual;
        try
        {
            actual = (await store.GetBucketLocationAsync(plan.Bucket.Value, cancellationToken)).Location?.Value;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchBucket")
        {
            // The instance lists it, but this endpoint does not reach it.
            actual = "another region";
        }

        if (!string.IsNullOrEmpty(actual) && actual != plan.LocationConstraint)
        {
            throw new DiagnosticException(
                DiagnosticCode.BucketElsewhere,
                plan.Bucket.Value,
                $"the run's bucket is in {actual}, not in {plan.LocationConstraint}",
                "Ask for the region and storage class that the run began with, or destroy the run first.");
        }
    }
}
