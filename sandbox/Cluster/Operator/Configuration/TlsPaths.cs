namespace TempoCos.Cluster.Operator.Configuration;

/// <summary>Where certificates are mounted.</summary>
public static class TlsPaths
{
    public const string CaFile = "service-ca.crt";
    public const string InternalCaDirectory = "/var/run/ca";
    public const string InternalDirectory = "/var/run/tls/server";
    public const string InternalCa = $"{InternalCaDirectory}/{CaFile}";
    public const string InternalCertificate = $"{InternalDirectory}/tls.crt";
    public const string InternalKey = $"{InternalDirectory}/tls.key";
    public const string ReceiverCaDirectory = "/var/run/ca-receiver";
    public const string ReceiverDirectory = "/var/run/tls/receiver";
    public const string StorageCaDirectory = "/var/run/tls/storage/ca";
    public const string StorageDirectory = "/var/run/tls/storage/cert";
}
