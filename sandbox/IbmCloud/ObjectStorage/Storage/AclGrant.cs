namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A permission given to an owner by id, or to a group by URI.</summary>
/// <param name="Grantee">A service instance's GUID, or the URI of a group.</param>
/// <param name="Permission"><c>FULL_CONTROL</c>, <c>READ</c>, <c>WRITE</c>, <c>READ_ACP</c> or <c>WRITE_ACP</c>.</param>
public sealed record AclGrant(string Grantee, string Permission)
{
    public const string AllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
    public const string AuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

    public bool IsGroup => Grantee.StartsWith("http://", StringComparison.Ordinal);
}
