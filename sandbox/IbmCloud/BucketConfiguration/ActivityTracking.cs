namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>Which requests are told to Activity Tracker.</summary>
public sealed record ActivityTracking(bool? ReadDataEvents, bool? WriteDataEvents, bool? ManagementEvents, string? ActivityTrackerCrn);
