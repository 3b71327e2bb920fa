namespace TempoCos.CosProvisioner;

/// <summary>The codes of docs/diagnostics.md that this service answers with.</summary>
internal static class DiagnosticCode
{
    public const string ApiKeyMissing = "TC101";
    public const string ApiKeyRefused = "TC102";
    public const string CloudUnreachable = "TC103";
    public const string AddressInvalid = "TC104";
    public const string CloudForbids = "TC105";
    public const string CloudError = "TC106";
    public const string AccountMissing = "TC107";
    public const string ResourceGroupBlocked = "TC108";
    public const string ServiceInstanceTaken = "TC109";
    public const string ServiceInstanceFailed = "TC110";
    public const string ResourceKeyWithoutHmac = "TC111";
    public const string RegionUnknown = "TC112";
    public const string NameInvalid = "TC113";
    public const string OptionInvalid = "TC120";
    public const string LocationContradicts = "TC121";
    public const string ResourceGroupTaken = "TC122";
    public const string ResourceKeyTaken = "TC123";
    public const string PlanUnavailable = "TC124";
    public const string ClockSkewed = "TC125";
    public const string ProxyInTheWay = "TC126";
    public const string CertificateUntrusted = "TC127";
    public const string ConfigurationWithoutEffect = "TC128";
    public const string NothingToRotate = "TC138";
    public const string SecretWithoutRunKey = "TC139";

    public const string BucketTaken = "TC211";
    public const string BucketNameInvalid = "TC212";
    public const string HmacKeyUnusable = "TC213";
    public const string ObjectStoreUnreachable = "TC214";
    public const string ObjectStoreForbids = "TC215";
    public const string StorageClassUnknown = "TC216";
    public const string BucketElsewhere = "TC217";
    public const string TooManyBuckets = "TC218";
    public const string ObjectStoreError = "TC219";
    public const string StorageSecretUnusable = "TC221";
    public const string CredentialsMissing = "TC224";
    public const string BucketNotOurs = "TC226";
    public const string AdoptedBucketNotEmpty = "TC227";
    public const string RootKeyRefused = "TC228";
    public const string FirewallLocksOut = "TC229";
    public const string QuotaReached = "TC230";
    public const string KeyLacksRights = "TC231";
    public const string KeyStillAccepted = "TC239";

    public const string ClusterUnreachable = "TC308";
    public const string ClusterForbids = "TC309";
    public const string ClusterError = "TC310";
    public const string SecretTaken = "TC311";
    public const string NamespaceTerminating = "TC305";
    public const string ClusterCredentialsRefused = "TC307";

    public const string BucketNotEmptied = "TC502";
    public const string ReclamationPending = "TC501";
    public const string ResourceGroupInUse = "TC503";
    public const string NamespaceStays = "TC504";
    public const string BucketStillWritten = "TC519";

    public const string HomeUnusable = "TC901";
    public const string RunIdInvalid = "TC906";
    public const string RunBusy = "TC907";
}
