namespace TempoCos.Pipeline.Cost;

/// <summary>Region and storage class, which a location constraint names together: <c>us-east-standard</c>.</summary>
internal sealed record BucketPlace(string Region, string StorageClass)
{
    public static BucketPlace? Parse(string? locationConstraint) =>
        locationConstraint?.LastIndexOf('-') is { } dash and > 0 && dash < locationConstraint.Length - 1
            ? new BucketPlace(locationConstraint[..dash], locationConstraint[(dash + 1)..])
            : null;
}
