using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Copies on the server.</summary>
public sealed class CopyOperations(BucketAccess access, AclInput acls, TimeProvider time)
{
    public async Task CopyAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var from = CopySource.Of(call);
        using var source = from.Open(call, access);
        if (source.Info.Size > ObjectOperations.LargestPut)
        {
            throw S3Errors.InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120");
        }

        var replace = Directive(call, "x-amz-metadata-directive");
        var replaceTags = Directive(call, "x-amz-tagging-directive");
        if (!replace && from.IsTarget(call))
        {
            throw S3Errors.InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
        }

        var given = ObjectHeaders.Read(call, bucket, acls, time);
        using var draft = Draft.Concatenate(bucket.Drafts, [(source, 0, source.Info.Size)], ChecksumNames.Require(call.Header("x-amz-checksum-algorithm")) ?? source.Info.Checksum, call.Cancelled);
        var info = bucket.Commit(
            draft,
            given with
            {
                ContentType = (replace ? given : source.Info).ContentType,
                Headers = (replace ? given : source.Info).Headers,
                Metadata = (replace ? given : source.Info).Metadata,
                Size = draft.Size,
                ETag = draft.Md5,
                LastModified = time.GetUtcNow(),
                Tags = replaceTags ? given.Tags : source.Info.Tags,
                Checksum = draft.Checksum,
                ChecksumValue = draft.ChecksumValue,
            },
            Preconditions.OfWrite(call));
        ObjectHeaders.WriteVersion(call.Response.Headers, info);
        using var xml = new S3Xml();
        await xml.OpenRoot("CopyObjectResult")
            .Element("LastModified", info.LastModified)
            .ETag(info.ETag)
            .Checksum(info.Checksum, info.ChecksumValue)
            .Element("ChecksumType", ChecksumNames.LabelOf(info.ChecksumType))
            .Close("CopyObjectResult")
            .SendAsync(call.Context);
    }

    private static bool Directive(S3Call call, string header) => call.Header(header) switch
    {
        null or "COPY" => false,
        "REPLACE" => true,
        _ => throw S3Errors.InvalidArgument($"Unknown {header}."),
    };
}
