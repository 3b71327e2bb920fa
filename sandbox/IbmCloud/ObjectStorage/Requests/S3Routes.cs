namespace TempoCos.IbmCloud.ObjectStorage.Requests;

/// <summary>Which operation a method and a query's sub-resource name.</summary>
public static class S3Routes
{
    private static readonly Dictionary<(string SubResource, string Method), S3Operation> OfBucket = new()
    {
        [("location", "GET")] = S3Operation.GetBucketLocation,
        [("uploads", "GET")] = S3Operation.ListMultipartUploads,
        [("versioning", "GET")] = S3Operation.GetBucketVersioning,
        [("versioning", "PUT")] = S3Operation.PutBucketVersioning,
        [("versions", "GET")] = S3Operation.ListObjectVersions,
        [("acl", "GET")] = S3Operation.GetBucketAcl,
        [("acl", "PUT")] = S3Operation.PutBucketAcl,
        [("tagging", "GET")] = S3Operation.GetBucketTagging,
        [("tagging", "PUT")] = S3Operation.PutBucketTagging,
        [("tagging", "DELETE")] = S3Operation.DeleteBucketTagging,
        [("cors", "GET")] = S3Operation.GetBucketCors,
        [("cors", "PUT")] = S3Operation.PutBucketCors,
        [("cors", "DELETE")] = S3Operation.DeleteBucketCors,
        [("lifecycle", "GET")] = S3Operation.GetBucketLifecycleConfiguration,
        [("lifecycle", "PUT")] = S3Operation.PutBucketLifecycleConfiguration,
        [("lifecycle", "DELETE")] = S3Operation.DeleteBucketLifecycle,
        [("object-lock", "GET")] = S3Operation.GetObjectLockConfiguration,
        [("object-lock", "PUT")] = S3Operation.PutObjectLockConfiguration,
        [("publicAccessBlock", "GET")] = S3Operation.GetPublicAccessBlock,
        [("publicAccessBlock", "PUT")] = S3Operation.PutPublicAccessBlock,
        [("publicAccessBlock", "DELETE")] = S3Operation.DeletePublicAccessBlock,
        [("delete", "POST")] = S3Operation.DeleteObjects,
        [("", "HEAD")] = S3Operation.HeadBucket,
        [("", "PUT")] = S3Operation.CreateBucket,
        [("", "DELETE")] = S3Operation.DeleteBucket,
    };

    private static readonly Dictionary<(string SubResource, string Method), S3Operation> OfObject = new()
    {
        [("acl", "GET")] = S3Operation.GetObjectAcl,
        [("acl", "PUT")] = S3Operation.PutObjectAcl,
        [("tagging", "GET")] = S3Operation.GetObjectTagging,
        [("tagging", "PUT")] = S3Operation.PutObjectTagging,
        [("tagging", "DELETE")] = S3Operation.DeleteObjectTagging,
        [("attributes", "GET")] = S3Operation.GetObjectAttributes,
        [("retention", "GET")] = S3Operation.GetObjectRetention,
        [("retention", "PUT")] = S3Operation.PutObjectRetention,
        [("legal-hold", "GET")] = S3Operation.GetObjectLegalHold,
        [("legal-hold", "PUT")] = S3Operation.PutObjectLegalHold,
        [("uploads", "POST")] = S3Operation.CreateMultipartUpload,
        [("uploadId", "GET")] = S3Operation.ListParts,
        [("uploadId", "PUT")] = S3Operation.UploadPart,
        [("uploadId", "DELETE")] = S3Operation.AbortMultipartUpload,
        [("uploadId", "POST")] = S3Operation.CompleteMultipartUpload,
        [("", "GET")] = S3Operation.GetObject,
        [("", "HEAD")] = S3Operation.HeadObject,
        [("", "PUT")] = S3Operation.PutObject,
        [("", "DELETE")] = S3Operation.DeleteObject,
    };

    // One that is not served must not fall through to a plain GET or PUT.
    private static readonly string[] SubResources =
    [
        "acl", "attributes", "cors", "delete", "legal-hold", "lifecycle", "location", "object-lock", "publicAccessBlock", "retention", "tagging", "uploadId", "uploads", "versioning", "versions",
        "accelerate", "analytics", "encryption", "intelligent-tiering", "inventory", "logging", "metrics", "notification", "ownershipControls", "policy", "policyStatus", "replication",
        "requestPayment", "restore", "select", "torrent", "website",
    ];

    public static S3Operation Of(string method, S3Query query, bool isObject, bool isCopy, bool isForm)
    {
        var subResource = Array.Find(SubResources, query.Has) ?? "";
        if (!(isObject ? OfObject : OfBucket).TryGetValue((subResource, method), out var operation))
        {
            return isObject || subResource.Length > 0 ? S3Operation.Unsupported
                : method == "GET" ? (query["list-type"] == "2" ? S3Operation.ListObjectsV2 : S3Operation.ListObjects)
                : method == "POST" && isForm ? S3Operation.PostObject
                : S3Operation.Unsupported;
        }

        return !isCopy ? operation
            : operation == S3Operation.PutObject ? S3Operation.CopyObject
            : operation == S3Operation.UploadPart ? S3Operation.UploadPartCopy
            : operation;
    }
}
