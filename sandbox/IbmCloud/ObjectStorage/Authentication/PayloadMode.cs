namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>How a body is framed and signed.</summary>
public enum PayloadMode
{
    /// <summary>As it is, unsigned.</summary>
    Unsigned,

    /// <summary>As it is, its SHA-256 signed.</summary>
    Hashed,

    /// <summary>aws-chunked, each chunk signed; perhaps with a signed trailer.</summary>
    SignedChunks,

    /// <summary>aws-chunked without chunk signatures, with a trailer.</summary>
    UnsignedChunks,
}
