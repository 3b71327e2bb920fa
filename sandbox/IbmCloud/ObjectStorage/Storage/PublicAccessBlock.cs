namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>Which access of the public is refused, whatever the lists say. Policies do not exist; their two flags are kept and told.</summary>
public sealed record PublicAccessBlock(bool BlockPublicAcls, bool IgnorePublicAcls, bool BlockPublicPolicy, bool RestrictPublicBuckets);
