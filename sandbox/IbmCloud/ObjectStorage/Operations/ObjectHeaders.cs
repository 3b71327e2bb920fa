using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>An object's headers, in and out.</summary>
public static class ObjectHeaders
{
    private const string MetadataPrefix = "x-amz-meta-";
    private const int LongestKey = 1024;
    private const int LongestMetadata = 2048;
    private static readonly string[] Kept = ["Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires"];

    private static readonly (string Query, string Header)[] Overrides =
    [
        ("response-content-type", "Content-Type"), ("response-content-language", "Content-Language"), ("response-expires", "Expires"),
        ("response-cache-control", "Cache-Control"), ("response-content-disposition", "Content-Disposition"), ("response-content-encoding", "Content-Encoding"),
    ];

    /// <summary>The object that a request's headers describe, without its bytes.</summary>
    public static ObjectInfo Read(S3Call call, Bucket bucket, AclInput acls, TimeProvider time)
    {
        var owner = BucketAccess.OwnerOf(bucket, call.Identity.Principal);
        var (retention, legalHold) = LockRules.OfWrite(call, bucket.Settings, time.GetUtcNow());
        return Describe(call) with { Owner = owner, Acl = acls.OfHeaders(call, bucket, owner), Retention = retention, LegalHold = legalHold };
    }

    public static string RequireKey(string key) => System.Text.Encoding.UTF8.GetByteCount(key) <= LongestKey ? key : throw S3Errors.KeyTooLong();

    private static ObjectInfo Describe(S3Call call)
    {
        RequireKey(call.Request.Key);
        Dictionary<string, string>? headers = null;
        foreach (var name in Kept)
        {
            if (call.Header(name) is { } value && WithoutChunking(name, value) is { Length: > 0 } kept)
            {
                (headers ??= [])[name] = kept;
            }
        }

        Dictionary<string, string>? metadata = null;
        foreach (var (name, value) in call.Context.Request.Headers)
        {
            if (name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            {
                (metadata ??= [])[name[MetadataPrefix.Length..].ToLowerInvariant()] = string.Join(',', value.ToArray());
            }
        }

        if (metadata?.Sum(pair => pair.Key.Length + pair.Value.Length) > LongestMetadata)
        {
            throw new S3Exception(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size.");
        }

        return new ObjectInfo
        {
            Key = call.Request.Key,
            ContentType = call.Header("Content-Type") is { Length: > 0 } type ? type : "binary/octet-stream",
            Headers = headers,
            Metadata = metadata,
            Tags = call.Header("x-amz-tagging") is { Length: > 0 } tagging ? TagSet.OfHeader(tagging) : null,
        };
    }

    /// <summary>Writes what GET and HEAD say of an object, all but the length.</summary>
    public static void Write(S3Call call, ObjectInfo info)
    {
        var headers = call.Response.Headers;
        call.Response.ContentType = info.ContentType;
        headers.ETag = Quote(info.ETag);
        headers.LastModified = info.LastModified.ToString("R", CultureInfo.InvariantCulture);
        headers.AcceptRanges = "bytes";
        foreach (var (name, value) in info.Headers ?? [])
        {
            headers[name] = value;
        }

        foreach (var (name, value) in info.Metadata ?? [])
        {
            headers[MetadataPrefix + name] = value;
        }

        WriteVersion(headers, info);
        if (info.Retention is { } retention)
        {
            headers["x-amz-object-lock-mode"] = retention.Mode;
            headers["x-amz-object-lock-retain-until-date"] = S3Xml.Timestamp(retention.Until);
        }

        if (info.LegalHold)
        {
            headers["x-amz-object-lock-legal-hold"] = "ON";
        }

        if (info.Tags is { Count: > 0 } tags)
        {
            headers["x-amz-tagging-count"] = tags.Count.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (query, header) in Overrides)
        {
            if (call.Query[query] is { } value)
            {
                headers[header] = value;
            }
        }
    }

    public static void WriteChecksum(IHeaderDictionary headers, ObjectInfo info)
    {
        if (info.ChecksumValue is not null)
        {
            headers[ChecksumNames.HeaderOf(info.Checksum)] = info.ChecksumValue;
            headers["x-amz-checksum-type"] = ChecksumNames.LabelOf(info.ChecksumType);
        }
    }

    /// <summary>The version's id, where the bucket has versions.</summary>
    public static void WriteVersion(IHeaderDictionary headers, ObjectInfo info)
    {
        if (info.VersionId is not null)
        {
            headers["x-amz-version-id"] = info.VersionId;
        }
    }

    public static string Quote(string etag) => $"\"{etag}\"";

    /// <summary>aws-chunked frames the request; it is no property of the object.</summary>
    private static string WithoutChunking(string name, string value) =>
        name == "Content-Encoding" && value.Contains("aws-chunked", StringComparison.Ordinal)
            ? string.Join(", ", value.Split(',', StringSplitOptions.TrimEntries).Where(one => one.Length > 0 && one != "aws-chunked"))
            : value;
}
