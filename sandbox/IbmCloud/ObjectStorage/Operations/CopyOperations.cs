using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Copies on the server.</summary>
public sealed class CopyOperations(BucketAccess access, TimeProvider time)
{
    public async Task CopyAsync(S3Call call)
    {
        var bucket = access.Require(call);
        using var source = CopySource.Open(call, access);
        var replace = Directive(call, "x-amz-metadata-directive");
        var replaceTags = Directive(call, "x-amz-tagging-directive");
        if (!replace && CopySource.IsTarget(call))
        {
            throw S3Errors.InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
        }

        var given = ObjectHeaders.Read(call);
        using var draft = Draft.Concatenate(
            bucket.Drafts, [(source, 0, source.Info.Size)], ChecksumNames.Parse(call.Header("x-amz-checksum-algorithm")) ?? source.Info.Checksum, call.Cancelled);
        var info = (replace ? given : source.Info) with
        {
            Key = call.Request.Key,
            Size = draft.Size,
            ETag = draft.Md5,
            LastModified = time.GetUtcNow(),
            Tags = replaceTags ? given.Tags : source.Info.Tags,
            Checksum = draft.Checksum,
            ChecksumValue = draft.ChecksumValue,
        };
        bucket.Commit(draft, info, Preconditions.OfWrite(call));
        using var xml = new S3Xml();
        await xml.OpenRoot("CopyObjectResult").Element("LastModified", info.LastModified).ETag(info.ETag).Close("CopyObjectResult").SendAsync(call.Context);
    }

    private static bool Directive(S3Call call, string header) => call.Header(header) switch
    {
        null or "COPY" => false,
        "REPLACE" => true,
        _ => throw S3Errors.InvalidArgument($"Unknown {header}."),
    };
}
