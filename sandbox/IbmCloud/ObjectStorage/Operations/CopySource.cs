using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>The object that a copy reads.</summary>
public sealed record CopySource(string Bucket, string Key, string? VersionId)
{
    private const string Version = "?versionId=";

    public static CopySource Of(S3Call call)
    {
        var source = call.Header("x-amz-copy-source")!;
        var question = source.IndexOf(Version, StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(question < 0 ? source : source[..question]);
        path = path.StartsWith('/') ? path[1..] : path;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < path.Length - 1
            ? new CopySource(path[..slash], path[(slash + 1)..], question < 0 ? null : Uri.UnescapeDataString(source[(question + Version.Length)..]))
            : throw S3Errors.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }

    public ObjectFile Open(S3Call call, BucketAccess access)
    {
        var file = access.RequireObject(call, Bucket, Key, VersionId, S3Operation.GetObject);
        try
        {
            Preconditions.RequireOfSource(call, file.Info);
            if (file.Info.VersionId is { } versionId)
            {
                call.Response.Headers["x-amz-copy-source-version-id"] = versionId;
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether source and target are the same object.</summary>
    public bool IsTarget(S3Call call) => VersionId is null && Bucket == call.Request.Bucket && Key == call.Request.Key;
}
