using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Changes the attributes of the very version that was read before.</summary>
public static class ObjectAmendment
{
    public static void Apply(Bucket bucket, ObjectInfo info, Func<ObjectAttributes, ObjectAttributes> change)
    {
        var amended = bucket.Amend(info.Key, head => head.Find(info.VersionId), version => change(version.Attributes));
        if (amended is null)
        {
            throw info.VersionId is null ? S3Errors.NoSuchKey() : S3Errors.NoSuchVersion();
        }
    }
}
