using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Who reaches which bucket and object: by the role of the credential in the bucket's instance, or by an access control list.</summary>
public sealed class BucketAccess(BucketStore buckets, CloudState state)
{
    /// <summary>Refuses a request whose sender expects the bucket to be somebody else's.</summary>
    public void RequireExpectedOwner(S3Call call)
    {
        Require(call.Request.Bucket, call.Header("x-amz-expected-bucket-owner"));
        if (call.Header("x-amz-source-expected-bucket-owner") is { } owner && call.Header("x-amz-copy-source") is not null)
        {
            Require(CopySource.Of(call).Bucket, owner);
        }

        void Require(string name, string? expected)
        {
            if (expected is not null && buckets.Find(name) is { } bucket && expected != bucket.Record.InstanceGuid && expected != bucket.Record.AccountId)
            {
                throw S3Errors.AccessDenied();
            }
        }
    }

    /// <summary>The request's bucket, when the caller may do there what it asks.</summary>
    public Bucket Require(S3Call call) => Require(call.Request.Bucket, call.Identity.Principal, call.Request.Operation);

    public Bucket Require(string name, S3Principal principal, S3Operation operation)
    {
        var bucket = Find(name);
        return MayByRole(bucket, principal, operation)
            || (AclPermission.OnBucket(operation) is { } permission && Gives(bucket, bucket.Settings.Acl, permission, principal))
            ? bucket
            : throw S3Errors.AccessDenied();
    }

    /// <summary>
    /// The version of an object that the request names, the current one by default, when the caller may do with it what it asks. Whoever may not list the bucket is not told that it is missing.
    /// </summary>
    public ObjectFile RequireObject(S3Call call) => RequireObject(call, call.Request.Bucket, call.Request.Key, call.Query["versionId"], call.Request.Operation);

    public ObjectFile RequireObject(S3Call call, string name, string key, string? versionId, S3Operation operation)
    {
        var bucket = Find(name);
        var principal = call.Identity.Principal;
        var file = versionId is null ? bucket.Open(key) : bucket.OpenVersion(key, Bucket.ParseVersionId(versionId));
        if (file is { Info.IsDeleteMarker: false })
        {
            if (MayUse(bucket, file.Info.Owner, file.Info.Acl, principal, operation))
            {
                return file;
            }

            file.Dispose();
            throw S3Errors.AccessDenied();
        }

        file?.Dispose();
        if (!MayByRole(bucket, principal, operation) && !Gives(bucket, bucket.Settings.Acl, AclPermission.Read, principal))
        {
            throw S3Errors.AccessDenied();
        }

        throw Missing(call, bucket, key, versionId);
    }

    /// <summary>Whether a caller may do something with an object that it owns, whose bucket it owns, or whose list gives it the right.</summary>
    public bool MayUse(Bucket bucket, string? owner, AccessControlList? acl, S3Principal principal, S3Operation operation) =>
        MayByRole(bucket, principal, operation)
        || (owner is not null && owner == principal.InstanceGuid && KeyRoles.Allows(principal.Role, operation))
        || (AclPermission.OnObject(operation) is { } permission && Gives(bucket, acl, permission, principal));

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

    /// <summary>Whether something can be granted to a service instance of that id.</summary>
    public bool IsOwner(string guid) => state.Instances.Find(guid) is not null;

    /// <summary>The id of who owns what the caller writes into a bucket; null for the bucket's owner.</summary>
    public static string? OwnerOf(Bucket bucket, S3Principal principal) =>
        principal.InstanceGuid is null || principal.InstanceGuid == bucket.Record.InstanceGuid ? null
            : principal.IsAnonymous ? "anonymous"
            : principal.InstanceGuid;

    public Bucket Find(string name)
    {
        // The buckets of a deleted instance are out of reach until it is restored.
        return buckets.Find(name) is { } bucket && state.Instances.Find(bucket.Record.InstanceGuid) is { State: InstanceState.Active } ? bucket : throw S3Errors.NoSuchBucket();
    }

    private static bool MayByRole(Bucket bucket, S3Principal principal, S3Operation operation) =>
        bucket.Record.AccountId == principal.AccountId
        && (principal.InstanceGuid is null || principal.InstanceGuid == bucket.Record.InstanceGuid)
        && KeyRoles.Allows(principal.Role, operation);

    private static bool Gives(Bucket bucket, AccessControlList? acl, string permission, S3Principal principal) =>
        AclPermission.Gives(acl, permission, principal.InstanceGuid, bucket.Settings.PublicAccess is { IgnorePublicAcls: true });

    private static S3Exception Missing(S3Call call, Bucket bucket, string key, string? versionId)
    {
        var head = bucket.Find(key);
        var marker = versionId is null ? head : head?.Find(Bucket.ParseVersionId(versionId));
        if (marker is not { IsDeleteMarker: true })
        {
            call.Response.Headers["x-amz-delete-marker"] = "false";
            return versionId is null ? S3Errors.NoSuchKey() : S3Errors.NoSuchVersion();
        }

        call.Response.Headers["x-amz-delete-marker"] = "true";
        call.Response.Headers["x-amz-version-id"] = Bucket.NameOf(marker.VersionId);
        if (versionId is null)
        {
            return S3Errors.NoSuchKey();
        }

        call.Response.Headers.LastModified = marker.LastModified.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        call.Response.Headers.Allow = "DELETE";
        return S3Errors.MethodNotAllowed();
    }
}
