using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.ObjectStorage.Requests;

/// <summary>A request to the object store: what it is about, and what it asks for.</summary>
public sealed class S3Request
{
    private static readonly string[] OwnDomains = [".localhost", ".cloud-object-storage.appdomain.cloud"];

    private S3Request(HttpContext context, RequestTarget target, string path, S3Query query, string bucket, string key, string? hostBucket)
    {
        RawPath = target.Path;
        HostBucket = hostBucket;
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

    /// <summary>The path as it was sent.</summary>
    public string RawPath { get; }

    /// <summary>The bucket, when the host names it; else null.</summary>
    public string? HostBucket { get; }

    public S3Query Query { get; }

    /// <summary>Empty when the request is about the service.</summary>
    public string Bucket { get; }

    /// <summary>Empty when the request is about the bucket.</summary>
    public string Key { get; }

    public S3Operation Operation { get; }

    private bool IsForm => Context.Request.ContentType is { } type && type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    public CancellationToken Cancelled => Context.RequestAborted;

    public static S3Request Of(HttpContext context, RequestTarget target)
    {
        var path = Uri.UnescapeDataString(target.Path);
        var query = new S3Query(target.Query);
        var rest = path[1..];
        if (VirtualHostBucket(context.Request.Host.Host) is { } bucket)
        {
            return new S3Request(context, target, path, query, bucket, rest, bucket);
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new S3Request(context, target, path, query, rest, "", null)
            : new S3Request(context, target, path, query, rest[..slash], rest[(slash + 1)..], null);
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

    private S3Operation OperationOf(string method) =>
        method == "OPTIONS" ? S3Operation.Preflight
        : Bucket.Length == 0 ? (method == "GET" ? S3Operation.ListBuckets : S3Operation.Unsupported)
        : S3Routes.Of(method, Query, isObject: Key.Length > 0, isCopy: Header("x-amz-copy-source") is not null, isForm: IsForm);
}
