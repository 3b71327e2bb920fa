namespace TempoCos.Doctor.Wire;

/// <summary>How the body of a request is framed and signed.</summary>
internal enum PayloadMode
{
    /// <summary>As it is, with its SHA-256 in the signature.</summary>
    Sha256,

    /// <summary>As it is, <c>UNSIGNED-PAYLOAD</c>: minio-go's way, and so Tempo's, over TLS.</summary>
    Unsigned,

    /// <summary><c>STREAMING-AWS4-HMAC-SHA256-PAYLOAD</c>: minio-go's way without TLS.</summary>
    SignedChunks,

    /// <summary>As <see cref="Sha256"/>, with <c>x-amz-checksum-crc32</c> in the header.</summary>
    HeaderCrc32,

    /// <summary><c>STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER</c>: what AWS' SDKs send by default without TLS.</summary>
    SignedTrailer,

    /// <summary><c>STREAMING-UNSIGNED-PAYLOAD-TRAILER</c>: what AWS' SDKs send by default over TLS.</summary>
    UnsignedTrailer,
}
