using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>Names of roles, and which operations each allows.</summary>
public static class KeyRoles
{
    private const string ServiceRole = "serviceRole:";

    /// <summary>Reads a display name or a role CRN; null when there is no such role.</summary>
    public static KeyRole? Parse(string text)
    {
        var at = text.LastIndexOf(ServiceRole, StringComparison.Ordinal);
        var name = (at < 0 ? text : text[(at + ServiceRole.Length)..]).Replace(" ", "", StringComparison.Ordinal);
        return Enum.TryParse<KeyRole>(name, ignoreCase: true, out var role) && char.IsLetter(name[0]) && (at < 0 || CrnOf(role) == text) ? role : null;
    }

    public static string CrnOf(KeyRole role) => role switch
    {
        KeyRole.ContentReader or KeyRole.ObjectReader or KeyRole.ObjectWriter => $"crn:v1:bluemix:public:cloud-object-storage::::serviceRole:{role}",
        KeyRole.None => "",
        _ => $"crn:v1:bluemix:public:iam::::serviceRole:{role}",
    };

    public static bool Allows(KeyRole role, S3Operation operation) => role switch
    {
        KeyRole.Manager => true,
        // Access control beyond a writer's own objects is privileged.
        KeyRole.Writer => operation is not (S3Operation.PutPublicAccessBlock or S3Operation.DeletePublicAccessBlock),
        KeyRole.Reader => operation is S3Operation.ListBuckets || IsContentRead(operation),
        KeyRole.ContentReader => IsContentRead(operation),
        KeyRole.ObjectReader => IsObjectRead(operation),
        KeyRole.ObjectWriter => operation is S3Operation.PutObject or S3Operation.PostObject or S3Operation.CopyObject or S3Operation.CreateMultipartUpload or S3Operation.UploadPart
            or S3Operation.UploadPartCopy or S3Operation.CompleteMultipartUpload or S3Operation.AbortMultipartUpload or S3Operation.ListParts,
        _ => false,
    };

    private static bool IsObjectRead(S3Operation operation) =>
        operation is S3Operation.GetObject or S3Operation.HeadObject or S3Operation.GetObjectTagging or S3Operation.GetObjectAttributes or S3Operation.GetObjectRetention
            or S3Operation.GetObjectLegalHold;

    private static bool IsContentRead(S3Operation operation) =>
        IsObjectRead(operation) || operation is S3Operation.HeadBucket or S3Operation.GetBucketLocation or S3Operation.GetBucketVersioning or S3Operation.ListObjects
            or S3Operation.ListObjectsV2 or S3Operation.ListObjectVersions or S3Operation.ListMultipartUploads or S3Operation.ListParts or S3Operation.GetBucketAcl
            or S3Operation.GetObjectAcl or S3Operation.GetBucketCors or S3Operation.GetBucketLifecycleConfiguration or S3Operation.GetObjectLockConfiguration
            or S3Operation.GetBucketTagging or S3Operation.GetPublicAccessBlock;
}
