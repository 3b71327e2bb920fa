namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>Who else than the owner may do what.</summary>
public sealed record AccessControlList(List<AclGrant> Grants);
