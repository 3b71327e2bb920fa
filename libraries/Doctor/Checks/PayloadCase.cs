using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>A row of the matrix of payload modes.</summary>
/// <param name="Name">As it stands in the evidence.</param>
/// <param name="TlsOnly">Nobody sends it without TLS.</param>
/// <param name="Switch">Of which clients it is the default, and how they are told to do otherwise.</param>
internal sealed record PayloadCase(string Name, PayloadMode Mode, bool AsMinio, bool TlsOnly, string Switch)
{
    private const string NewSdk = "set request_checksum_calculation = when_required (AWS_REQUEST_CHECKSUM_CALCULATION; in .NET RequestChecksumCalculation.WHEN_REQUIRED)";

    public static PayloadCase[] Matrix { get; } =
    [
        new("as Tempo sends it", PayloadMode.SignedChunks, AsMinio: true, TlsOnly: false, ""),
        new("as Tempo sends it", PayloadMode.Unsigned, AsMinio: true, TlsOnly: true, ""),
        new("SHA-256", PayloadMode.Sha256, AsMinio: false, TlsOnly: false, "it is what every S3 must take"),
        new("unsigned", PayloadMode.Unsigned, AsMinio: false, TlsOnly: true, "have clients sign payloads (in .NET DisablePayloadSigning = false)"),
        new("aws-chunked, signed", PayloadMode.SignedChunks, AsMinio: false, TlsOnly: false, "have clients send whole bodies (in .NET UseChunkEncoding = false; in Java chunkedEncodingEnabled(false))"),
        new("header CRC32", PayloadMode.HeaderCrc32, AsMinio: false, TlsOnly: false, NewSdk),
        new("trailer CRC32, signed", PayloadMode.SignedTrailer, AsMinio: false, TlsOnly: false, NewSdk),
        new("trailer CRC32, unsigned", PayloadMode.UnsignedTrailer, AsMinio: false, TlsOnly: true, NewSdk),
    ];

    /// <summary>Those of a scheme: minio-go signs chunks without TLS, and nothing with it.</summary>
    public static IEnumerable<PayloadCase> Of(bool isTls) => Matrix.Where(row => isTls ? !(row.AsMinio && row.Mode == PayloadMode.SignedChunks) : !row.TlsOnly);
}
