namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>What a credential may do with the buckets of its instance.</summary>
public enum KeyRole
{
    None,
    ObjectReader,
    ContentReader,
    ObjectWriter,
    Reader,
    Writer,
    Manager,
}
