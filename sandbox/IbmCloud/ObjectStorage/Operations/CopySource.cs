using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>The object that a copy reads.</summary>
public static class CopySource
{
    public static ObjectFile Open(S3Call call, BucketAccess access)
    {
        var (bucket, key) = Name(call);
        var file = access.Require(bucket, call.Identity.Principal, S3Operation.GetObject).Open(key) ?? throw S3Errors.NoSuchKey();
        try
        {
            Preconditions.RequireOfSource(call, file.Info);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether source and target are the same object.</summary>
    public static bool IsTarget(S3Call call) => Name(call) == (call.Request.Bucket, call.Request.Key);

    private static (string Bucket, string Key) Name(S3Call call)
    {
        var source = call.Header("x-amz-copy-source")!;
        var question = source.IndexOf("?versionId=", StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(question < 0 ? source : source[..question]).TrimStart('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < path.Length - 1
            ? (path[..slash], path[(slash + 1)..])
            : throw S3Errors.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
}
