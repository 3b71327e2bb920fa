namespace TempoCos.CosProvisioner.Http;

/// <summary>A system on the other side of the wire, and how this service speaks of it when it does not answer.</summary>
/// <param name="Name">As it stands at the start of a sentence.</param>
/// <param name="Settings">What to check when it cannot be reached.</param>
/// <param name="UnreachableCode">Diagnostic code for no answer at all.</param>
/// <param name="RepeatsPosts">Whether a POST may be sent again without looking first, because it creates nothing twice.</param>
internal sealed record RemoteSystem(string Name, string Settings, string UnreachableCode, bool RepeatsPosts)
{
    /// <summary>The name within a sentence.</summary>
    public string InSentence => Name.StartsWith("The ", StringComparison.Ordinal) ? $"t{Name[1..]}" : Name;

    public static readonly RemoteSystem Iam =
        new("IBM Cloud IAM", "IbmCloud:IamUrl", DiagnosticCode.CloudUnreachable, RepeatsPosts: true);

    public static readonly RemoteSystem ResourceController =
        new("IBM Cloud's resource controller", "IbmCloud:ResourceControllerUrl", DiagnosticCode.CloudUnreachable, RepeatsPosts: false);

    public static readonly RemoteSystem EndpointsDocument =
        new("The document of object storage endpoints", "IbmCloud:EndpointsUrl", DiagnosticCode.CloudUnreachable, RepeatsPosts: true);

    public static readonly RemoteSystem BucketConfiguration =
        new("Cloud Object Storage's bucket configuration", "IbmCloud:ConfigUrl", DiagnosticCode.CloudUnreachable, RepeatsPosts: false);

    public static readonly RemoteSystem Search =
        new("IBM Cloud's search and tagging", "IbmCloud:GlobalSearchUrl and IbmCloud:TaggingUrl", DiagnosticCode.CloudUnreachable, RepeatsPosts: true);

    public static readonly RemoteSystem ObjectStore =
        new("The object store", "the region, the endpoint type (private and direct ones answer inside IBM Cloud only)", DiagnosticCode.ObjectStoreUnreachable, RepeatsPosts: true);

    public static readonly RemoteSystem Cluster =
        new("The Kubernetes API", "KUBECONFIG", DiagnosticCode.ClusterUnreachable, RepeatsPosts: true);
}
