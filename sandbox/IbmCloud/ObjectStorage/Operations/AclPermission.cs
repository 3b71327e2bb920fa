using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>The permissions of access control lists.</summary>
public static class AclPermission
{
    public const string FullControl = "FULL_CONTROL";
    public const string Read = "READ";
    public const string Write = "WRITE";
    public const string ReadAcl = "READ_ACP";
    public const string WriteAcl = "WRITE_ACP";

    /// <summary>The permission on the bucket by which an operation is open to others than the owner; null when it never is.</summary>
    public static string? OnBucket(S3Operation operation) => operation switch
    {
        S3Operation.HeadBucket or S3Operation.ListObjects or S3Operation.ListObjectsV2 or S3Operation.ListObjectVersions or S3Operation.ListMultipartUploads => Read,
        S3Operation.PutObject or S3Operation.PostObject or S3Operation.CopyObject or S3Operation.DeleteObject or S3Operation.DeleteObjects or S3Operation.CreateMultipartUpload
            or S3Operation.UploadPart or S3Operation.UploadPartCopy or S3Operation.CompleteMultipartUpload or S3Operation.AbortMultipartUpload or S3Operation.ListParts => Write,
        S3Operation.GetBucketAcl => ReadAcl,
        S3Operation.PutBucketAcl => WriteAcl,
        _ => null,
    };

    /// <summary>Likewise on the object.</summary>
    public static string? OnObject(S3Operation operation) => operation switch
    {
        S3Operation.GetObject or S3Operation.HeadObject or S3Operation.GetObjectAttributes or S3Operation.GetObjectTagging => Read,
        S3Operation.PutObjectTagging or S3Operation.DeleteObjectTagging => Write,
        S3Operation.GetObjectAcl => ReadAcl,
        S3Operation.PutObjectAcl => WriteAcl,
        _ => null,
    };

    /// <summary>Whether the list gives the permission to an owner of that id, to everybody, or, to who has a credential, to all who have one.</summary>
    public static bool Gives(AccessControlList? acl, string permission, string? grantee, bool publicIsIgnored) =>
        acl is not null && acl.Grants.Any(grant => (grant.Permission == permission || grant.Permission == FullControl)
            && (grant.Grantee == grantee
                || (!publicIsIgnored && (grant.Grantee == AclGrant.AllUsers || (grant.Grantee == AclGrant.AuthenticatedUsers && !string.IsNullOrEmpty(grantee))))));
}
