using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Tags of objects.</summary>
public sealed class TaggingOperations(BucketAccess access)
{
    public async Task GetAsync(S3Call call)
    {
        using var file = access.Require(call).Open(call.Request.Key) ?? throw S3Errors.NoSuchKey();
        using var xml = new S3Xml();
        xml.OpenRoot("Tagging").Open("TagSet");
        foreach (var (key, value) in file.Info.Tags ?? [])
        {
            xml.Open("Tag").Element("Key", key).Element("Value", value).Close("Tag");
        }

        await xml.Close("TagSet").Close("Tagging").SendAsync(call.Context);
    }

    public async Task PutAsync(S3Call call)
    {
        Replace(call, await TagSet.ReadAsync(call));
    }

    public Task DeleteAsync(S3Call call)
    {
        Replace(call, null);
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private void Replace(S3Call call, Dictionary<string, string>? tags)
    {
        var bucket = access.Require(call);
        using var file = bucket.Open(call.Request.Key) ?? throw S3Errors.NoSuchKey();
        using var draft = Draft.Concatenate(bucket.Drafts, [(file, 0, file.Info.Size)], file.Info.Checksum, call.Cancelled);
        // Not over an object that has been written meanwhile.
        bucket.Commit(draft, file.Info with { Tags = tags }, current =>
        {
            if (current is null || current.LastModified != file.Info.LastModified)
            {
                throw new S3Exception(409, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again.");
            }
        });
    }
}
