using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Who reaches which bucket.</summary>
public sealed class BucketAccess(BucketStore buckets, CloudState state, BucketGuard guard)
{
    /// <summary>The request's bucket, when the caller may do there what it asks.</summary>
    public Bucket Require(S3Call call)
    {
        var bucket = Require(call.Request.Bucket, call.Identity.Principal, call.Request.Operation);
        guard.Check(call.Request, bucket);
        return bucket;
    }

    public Bucket Require(string name, S3Principal principal, S3Operation operation)
    {
        // The buckets of a deleted instance are out of reach until it is restored.
        if (buckets.Find(name) is not { } bucket || state.Instances.Find(bucket.Record.InstanceGuid) is not { State: InstanceState.Active })
        {
            throw S3Errors.NoSuchBucket();
        }

        if (bucket.Record.AccountId != principal.AccountId
            || (principal.InstanceGuid is { } own && own != bucket.Record.InstanceGuid)
            || !KeyRoles.Allows(principal.Role, operation))
        {
            throw S3Errors.AccessDenied();
        }

        return bucket;
    }

    /// <summary>The instance that a request about no bucket is about: the credential's own, or the one its header names.</summary>
    public ResourceInstance RequireInstance(S3Call call)
    {
        var principal = call.Identity.Principal;
        if (!KeyRoles.Allows(principal.Role, call.Request.Operation))
        {
            throw S3Errors.AccessDenied();
        }

        var wanted = principal.InstanceGuid ?? call.Header("ibm-service-instance-id")
            ?? throw S3Errors.InvalidRequest("The header ibm-service-instance-id is required with an IAM token.");
        return state.FindInstance(wanted) is { State: InstanceState.Active } instance && instance.AccountId == principal.AccountId
            ? instance
            : throw S3Errors.AccessDenied();
    }
}
