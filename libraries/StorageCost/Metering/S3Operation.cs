namespace TempoCos.StorageCost.Metering;

/// <summary>What a request asks of an object store, by S3's own name, and how it is billed.</summary>
/// <param name="Name">Such as <c>ListObjectsV2</c>; <c>Unknown</c> when no operation of S3 looks like this.</param>
/// <param name="Class">Of the bill.</param>
public readonly record struct S3Operation(string Name, RequestClass Class)
{
    private const string CopySource = "x-amz-copy-source";

    // Subresources of a bucket and of an object, by the query parameter that names them: S3 calls an operation by its verb and this.
    private static readonly (string Query, string Noun)[] BucketParts =
    [
        ("location", "BucketLocation"), ("versioning", "BucketVersioning"), ("lifecycle", "BucketLifecycleConfiguration"), ("cors", "BucketCors"), ("tagging", "BucketTagging"),
        ("acl", "BucketAcl"), ("policy", "BucketPolicy"), ("encryption", "BucketEncryption"), ("website", "BucketWebsite"), ("replication", "BucketReplication"), ("logging", "BucketLogging"),
        ("notification", "BucketNotificationConfiguration"), ("object-lock", "ObjectLockConfiguration"), ("publicAccessBlock", "PublicAccessBlock"),
    ];

    private static readonly (string Query, string Noun)[] ObjectParts =
        [("tagging", "ObjectTagging"), ("acl", "ObjectAcl"), ("retention", "ObjectRetention"), ("legal-hold", "ObjectLegalHold"), ("attributes", "ObjectAttributes")];

    /// <summary>The operation of a request that names its bucket in the path.</summary>
    public static S3Operation Of(HttpRequestMessage request)
    {
        var uri = request.RequestUri ?? throw new ArgumentException("The request has no address.", nameof(request));
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).ToLookup(pair => pair[0], pair => pair.ElementAtOrDefault(1), StringComparer.Ordinal);
        var path = uri.AbsolutePath.TrimStart('/');
        var name = path.Length == 0 ? OfService(request.Method)
            : path.IndexOf('/', StringComparison.Ordinal) is var slash && (slash < 0 || slash == path.Length - 1) ? OfBucket(request.Method, query)
            : OfObject(request, query);
        return new S3Operation(name, ClassOf(request.Method, name));
    }

    private static RequestClass ClassOf(HttpMethod method, string name) => method.Method switch
    {
        "DELETE" => RequestClass.Free,
        "GET" => name.StartsWith("List", StringComparison.Ordinal) ? RequestClass.A : RequestClass.B,
        "HEAD" or "OPTIONS" => RequestClass.B,
        _ => RequestClass.A,
    };

    private static string OfService(HttpMethod method) => method.Method == "GET" ? "ListBuckets" : "Unknown";

    private static string OfBucket(HttpMethod method, ILookup<string, string?> query)
    {
        foreach (var (part, noun) in BucketParts)
        {
            if (query.Contains(part) && Verb(method) is { } verb)
            {
                // The only one whose deletion has another noun.
                return verb == "Delete" && part == "lifecycle" ? "DeleteBucketLifecycle" : verb + noun;
            }
        }

        return method.Method switch
        {
            "GET" when query.Contains("uploads") => "ListMultipartUploads",
            "GET" when query.Contains("versions") => "ListObjectVersions",
            "GET" when query["list-type"].Contains("2") => "ListObjectsV2",
            "GET" => "ListObjects",
            "PUT" => "CreateBucket",
            "HEAD" => "HeadBucket",
            "DELETE" => "DeleteBucket",
            "POST" when query.Contains("delete") => "DeleteObjects",
            "POST" => "PostObject",
            _ => "Unknown",
        };
    }

    private static string OfObject(HttpRequestMessage request, ILookup<string, string?> query)
    {
        foreach (var (part, noun) in ObjectParts)
        {
            if (query.Contains(part) && Verb(request.Method) is { } verb)
            {
                return verb + noun;
            }
        }

        var copies = request.Headers.Contains(CopySource);
        return request.Method.Method switch
        {
            "GET" when query.Contains("uploadId") => "ListParts",
            "GET" => "GetObject",
            "HEAD" => "HeadObject",
            "PUT" when query.Contains("uploadId") => copies ? "UploadPartCopy" : "UploadPart",
            "PUT" => copies ? "CopyObject" : "PutObject",
            "POST" when query.Contains("uploads") => "CreateMultipartUpload",
            "POST" when query.Contains("uploadId") => "CompleteMultipartUpload",
            "POST" when query.Contains("restore") => "RestoreObject",
            "DELETE" => query.Contains("uploadId") ? "AbortMultipartUpload" : "DeleteObject",
            _ => "Unknown",
        };
    }

    private static string? Verb(HttpMethod method) => method.Method switch
    {
        "GET" => "Get",
        "PUT" => "Put",
        "DELETE" => "Delete",
        _ => null,
    };
}
