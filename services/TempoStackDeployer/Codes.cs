namespace TempoCos.TempoStackDeployer;

/// <summary>The diagnostics of this service; docs/diagnostics.md explains each.</summary>
internal static class Codes
{
    public const string StartUpListing = "TC202";
    public const string StorageSecret = "TC221";
    public const string StoreEndpoint = "TC222";

    public const string ClusterUnreachable = "TC308";
    public const string Forbidden = "TC309";
    public const string ApiServer = "TC310";
    public const string SecretOrVolume = "TC304";
    public const string NamespaceTerminating = "TC305";
    public const string CredentialsRefused = "TC307";

    public const string OperatorAbsent = "TC314";
    public const string OperatorNotRunning = "TC315";
    public const string StorageClass = "TC316";
    public const string IngressClass = "TC317";
    public const string Quota = "TC318";

    public const string InvalidYaml = "TC320";
    public const string NotATempoStack = "TC321";
    public const string ManifestName = "TC322";
    public const string ManifestStorage = "TC323";
    public const string ManifestNamespace = "TC324";
    public const string ManifestRefused = "TC325";
    public const string FieldConflict = "TC326";
    public const string NotOurs = "TC327";
    public const string OldVolume = "TC328";
    public const string NamespaceRefused = "TC329";

    public const string ObjectRefused = "TC340";
    public const string SetPath = "TC341";
    public const string StackOption = "TC342";
    public const string AgainstOperator = "TC343";
    public const string ManifestFiles = "TC344";
    public const string NothingToChange = "TC345";

    public const string StackFailed = "TC330";
    public const string NotReady = "TC331";
    public const string NotReachable = "TC332";
    public const string StackAbsent = "TC333";
    public const string ImagePull = "TC334";
    public const string NotAdmitted = "TC335";
    public const string NoPlace = "TC336";
    public const string OutOfMemory = "TC337";
    public const string ContainerEnds = "TC338";
    public const string ProbeFails = "TC339";
    public const string CertificateUnreadable = "TC346";
    public const string NoAddress = "TC347";
    public const string HostUnknown = "TC348";
    public const string OtherCertificate = "TC349";
    public const string TenantUnknown = "TC350";
    public const string NoGatewayToken = "TC370";
    public const string GatewayTokenRefused = "TC371";
    public const string GatewayForbids = "TC372";
    public const string NoListenAddress = "TC373";

    public const string NamespaceHeld = "TC504";
    public const string OtherCluster = "TC510";
    public const string StillThere = "TC511";

    public const string StateDirectory = "TC901";
    public const string RunId = "TC906";
}
