namespace TempoCos.IbmCloud.Admin;

/// <summary>A bucket and how much is in it.</summary>
public sealed record InventoryBucket(string Name, string InstanceGuid, string LocationConstraint, int Objects, long Bytes, int MultipartUploads);
