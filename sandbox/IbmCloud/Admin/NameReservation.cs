namespace TempoCos.IbmCloud.Admin;

/// <summary>A bucket name that belongs to somebody else.</summary>
public sealed record NameReservation(string Bucket, double? Seconds);
