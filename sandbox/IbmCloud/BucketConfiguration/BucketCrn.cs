using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>A bucket's name among all resources.</summary>
public static class BucketCrn
{
    public static string CrnOf(this BucketRecord bucket) => $"{bucket.InstanceCrn[..^2]}:bucket:{bucket.Name}";
}
