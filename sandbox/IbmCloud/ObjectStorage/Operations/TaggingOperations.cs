using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Tags of objects and buckets.</summary>
public sealed class TaggingOperations(BucketAccess access)
{
    public async Task GetAsync(S3Call call)
    {
        using var file = access.RequireObject(call);
        ObjectHeaders.WriteVersion(call.Response.Headers, file.Info);
        await WriteAsync(call, file.Info.Tags ?? []);
    }

    public async Task PutAsync(S3Call call) => Replace(call, await TagSet.ReadAsync(call, TagSet.MostOfObject));

    public Task DeleteAsync(S3Call call)
    {
        Replace(call, null);
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public Task GetOfBucketAsync(S3Call call) =>
        WriteAsync(call, access.Require(call).Settings.Tags ?? throw new S3Exception(404, "NoSuchTagSet", "The TagSet does not exist"));

    public async Task PutOfBucketAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var tags = await TagSet.ReadAsync(call, TagSet.MostOfBucket);
        bucket.Change(settings => settings with { Tags = tags });
        call.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task DeleteOfBucketAsync(S3Call call)
    {
        access.Require(call).Change(settings => settings with { Tags = null });
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(S3Call call, Dictionary<string, string> tags)
    {
        using var xml = new S3Xml();
        xml.OpenRoot("Tagging").Open("TagSet");
        foreach (var (key, value) in tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            xml.Open("Tag").Element("Key", key).Element("Value", value).Close("Tag");
        }

        await xml.Close("TagSet").Close("Tagging").SendAsync(call.Context);
    }

    private void Replace(S3Call call, Dictionary<string, string>? tags)
    {
        using var file = access.RequireObject(call);
        ObjectAmendment.Apply(access.Find(call.Request.Bucket), file.Info, attributes => attributes with { Tags = tags });
        ObjectHeaders.WriteVersion(call.Response.Headers, file.Info);
    }
}
