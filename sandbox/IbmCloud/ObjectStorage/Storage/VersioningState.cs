namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>Whether a bucket keeps what is overwritten or deleted.</summary>
public enum VersioningState
{
    /// <summary>It never did.</summary>
    Off,

    Enabled,

    /// <summary>It keeps the versions it has, and makes no new ones.</summary>
    Suspended,
}
