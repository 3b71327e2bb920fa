namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A bucket, as stored.</summary>
public sealed record BucketRecord(string Name, string AccountId, string InstanceGuid, string InstanceCrn, string LocationConstraint, DateTimeOffset CreatedAt);
