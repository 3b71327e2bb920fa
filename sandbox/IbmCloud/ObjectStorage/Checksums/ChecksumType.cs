namespace TempoCos.IbmCloud.ObjectStorage.Checksums;

/// <summary>What a checksum of an object in parts covers.</summary>
public enum ChecksumType
{
    /// <summary>Its bytes.</summary>
    FullObject,

    /// <summary>The checksums of its parts.</summary>
    Composite,
}
