using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.ObjectStorage.Requests;

/// <summary>A request to the object store: what it is about, and what it asks for.</summary>
public sealed class S3Request
{
    private static readonly string[] OwnDomains = [".localhost", ".cloud-object-storage.appdomain.cloud"];

    // Sub-resources that name an operation; one that is not served must not fall through to a plain GET or PUT.
    private static readonly string[] Unserved =
    [
        "acl", "accelerate", "cors", "encryption", "inventory", "lifecycle", "logging", "metrics", "notification", "object-lock", "legal-hold", "retention", "policy", "policyStatus",
        "publicAccessBlock", "replication", "requestPayment", "restore", "select", "torrent", "versions", "website", "ownershipControls", "analytics", "intelligent-tiering", "attributes",
    ];

    private S3Request(HttpContext context, string path, S3Query query, string bucket, string key)
    {
        Context = context;
        Path = path;
        Query = query;
        Bucket = bucket;
        Key = key;
        Operation = OperationOf(context.Request.Method);
    }

    public HttpContext Context { get; }

    /// <summary>The decoded path.</summary>
    public string Path { get; }

    public S3Query Query { get; }

    /// <summary>Empty when the request is about the service.</summary>
    public string Bucket { get; }

    /// <summary>Empty when the request is about the bucket.</summary>
    public string Key { get; }

    public S3Operation Operation { get; }

    public CancellationToken Cancelled => Context.RequestAborted;

    public static S3Request Of(HttpContext context, RequestTarget target)
    {
        var path = Uri.UnescapeDataString(target.Path);
        var query = new S3Query(target.Query);
        var rest = path[1..];
        if (VirtualHostBucket(context.Request.Host.Host) is { } bucket)
        {
            return new S3Request(context, path, query, bucket, rest);
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new S3Request(context, path, query, rest, "")
            : new S3Request(context, path, query, rest[..slash], rest[(slash + 1)..]);
    }

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Context.Request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values.ToString() : null;

    private static string? VirtualHostBucket(string host)
    {
        if (host.EndsWith(OwnDomains[0], StringComparison.OrdinalIgnoreCase))
        {
            return host[..^OwnDomains[0].Length];
        }

        if (!host.EndsWith(OwnDomains[1], StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var service = host.IndexOf(".s3.", StringComparison.OrdinalIgnoreCase);
        return service > 0 ? host[..service] : null;
    }

    private S3Operation OperationOf(string method)
    {
        if (Unserved.Any(Query.Has))
        {
            return S3Operation.Unsupported;
        }

        return Bucket.Length == 0 ? (method == "GET" ? S3Operation.ListBuckets : S3Operation.Unsupported)
            : Key.Length == 0 ? OfBucket(method)
            : OfObject(method);
    }

    private S3Operation OfBucket(string method) => method switch
    {
        "GET" when Query.Has("location") => S3Operation.GetBucketLocation,
        "GET" when Query.Has("uploads") => S3Operation.ListMultipartUploads,
        "GET" when Query.Has("versioning") => S3Operation.GetBucketVersioning,
        "GET" or "PUT" or "DELETE" when Query.Has("tagging") => S3Operation.Unsupported,
        "GET" when Query["list-type"] == "2" => S3Operation.ListObjectsV2,
        "GET" => S3Operation.ListObjects,
        "HEAD" => S3Operation.HeadBucket,
        "PUT" when !Query.Has("versioning") => S3Operation.CreateBucket,
        "DELETE" => S3Operation.DeleteBucket,
        "POST" when Query.Has("delete") => S3Operation.DeleteObjects,
        _ => S3Operation.Unsupported,
    };

    private S3Operation OfObject(string method) => method switch
    {
        "GET" when Query.Has("tagging") => S3Operation.GetObjectTagging,
        "PUT" when Query.Has("tagging") => S3Operation.PutObjectTagging,
        "DELETE" when Query.Has("tagging") => S3Operation.DeleteObjectTagging,
        "GET" when Query.Has("uploadId") => S3Operation.ListParts,
        "PUT" when Query.Has("uploadId") => Header("x-amz-copy-source") is null ? S3Operation.UploadPart : S3Operation.UploadPartCopy,
        "DELETE" when Query.Has("uploadId") => S3Operation.AbortMultipartUpload,
        "POST" when Query.Has("uploadId") => S3Operation.CompleteMultipartUpload,
        "POST" when Query.Has("uploads") => S3Operation.CreateMultipartUpload,
        "GET" => S3Operation.GetObject,
        "HEAD" => S3Operation.HeadObject,
        "PUT" => Header("x-amz-copy-source") is null ? S3Operation.PutObject : S3Operation.CopyObject,
        "DELETE" => S3Operation.DeleteObject,
        _ => S3Operation.Unsupported,
    };
}
