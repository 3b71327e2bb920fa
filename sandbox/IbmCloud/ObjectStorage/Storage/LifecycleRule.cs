namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A lifecycle rule. Aborts are carried out; the rest is kept and told.</summary>
/// <param name="Id">Unique in the bucket.</param>
/// <param name="Enabled">Whether it is in force.</param>
/// <param name="Prefix">Of the keys that it is about.</param>
/// <param name="AbortDays">Days after which an unfinished multipart upload is aborted; null for never.</param>
/// <param name="Xml">The rule's elements, as they are told.</param>
public sealed record LifecycleRule(string Id, bool Enabled, string Prefix, int? AbortDays, string Xml);
