namespace TempoCos.IbmCloud.ObjectStorage.Checksums;

/// <summary>The checksums that S3 knows beside MD5.</summary>
public enum ChecksumAlgorithm
{
    Crc32,
    Crc32C,
    Crc64Nvme,
    Sha1,
    Sha256,
}
