using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Clusters.Rights;

/// <summary>Every right that a run uses on the cluster: the one table from which preflight, docs/clusters.md and the roles of a deployment are checked.</summary>
internal static class RequiredRights
{
    private const string Core = "";
    private const string Apps = "apps";
    private const string Networking = "networking.k8s.io";
    private const string Routes = "route.openshift.io";
    private const string StackName = "NAME";

    public static readonly IReadOnlyList<RequiredRight> All =
    [
        new(Core, "namespaces", ["get"], RightUse.Deploy, "see whether the run's namespace is there, and gone in the end"),
        new(TempoStack.Group, "tempostacks", ["get", "list", "watch", "create", "patch", "delete"], RightUse.Deploy, "apply, follow and delete the TempoStack"),
        new(TempoStack.Group, "tempomonolithics", ["get", "list", "watch", "create", "patch", "delete"], RightUse.Deploy, "apply, follow and delete the TempoMonolithic"),
        new(Apps, "deployments", ["list", "watch"], RightUse.Deploy, "wait for the components"),
        new(Apps, "statefulsets", ["list", "watch"], RightUse.Deploy, "wait for the ingesters"),
        new(Core, "pods", ["list", "watch"], RightUse.Deploy, "wait for the pods, and for their end"),
        new(Core, "services", ["get", "list", "watch"], RightUse.Deploy, "find the ways to the components"),
        new(Core, "serviceaccounts", ["list", "watch"], RightUse.Deploy, "see that the operator has made everything"),
        new(Networking, "ingresses", ["list", "watch"], RightUse.Deploy, "see that the operator has made everything"),
        new(Core, "persistentvolumeclaims", ["list", "watch", "delete"], RightUse.Deploy, "take the ingesters' volumes away, which Kubernetes keeps"),
        new(Networking, "ingresses", ["get"], RightUse.Ingress, "find the way through the ingress"),
        new(Routes, "routes", ["get"], RightUse.Deploy, "find the way through OpenShift's router"),
        new(Core, "secrets", ["get"], RightUse.Deploy, "check the storage Secret"),
        new(Core, "namespaces", ["create"], RightUse.OwnNamespace, "make the run's namespace", ClusterWide: true),
        new(Core, "namespaces", ["delete"], RightUse.OwnNamespace, "take the run's namespace away"),
        new(Core, "secrets", ["create", "update", "delete"], RightUse.Provision, "make the storage Secret, renew its key, take it away"),
        new(Core, "pods/portforward", ["get", "create"], RightUse.PortForward, "reach the components from outside the cluster"),
        new(Core, "configmaps", ["get"], RightUse.Encryption, "see which components ask for TLS"),
        new(Apps, "deployments", ["get"], RightUse.Encryption, "see which certificates they mount"),
        new(Apps, "statefulsets", ["get"], RightUse.Encryption, "see which certificates they mount"),
        new(Core, "secrets", ["get"], RightUse.Encryption, "show the ingester a certificate", Name: $"tempo-{StackName}-ingester-mtls"),
        new(Core, "pods", ["delete"], RightUse.Disturb, "lose ingesters (rung 6), restart with a rotated key"),
        new(Core, "events", ["list"], RightUse.Explain, "say why a pod does not start"),
        new(Apps, "replicasets", ["list"], RightUse.Explain, "say why a Deployment makes no pod"),
        new(Core, "pods/log", ["get"], RightUse.Explain, "say with which words a container ended"),
        new(Core, "namespaces", ["get"], RightUse.Look, "tell clusters apart", ClusterWide: true, Name: "kube-system"),
        new(Apps, "deployments", ["list"], RightUse.Look, "see whether the operator runs", ClusterWide: true),
        new("storage.k8s.io", "storageclasses", ["list"], RightUse.Look, "see whether the ingesters' volumes can be made", ClusterWide: true),
        new(Core, "persistentvolumes", ["list"], RightUse.Look, "see, where no storage class is the default, whether volumes without one are free", ClusterWide: true),
        new(Networking, "ingressclasses", ["list"], RightUse.Look, "see whether somebody serves the ingress", ClusterWide: true),
        new(Core, "resourcequotas", ["list"], RightUse.Look, "see whether the stack fits the namespace's quota"),
        new(Core, "limitranges", ["list"], RightUse.Look, "see whether the stack fits the namespace's limits"),
        new(Core, "nodes", ["list"], RightUse.Look, "see whether the stack fits the nodes", ClusterWide: true),
    ];

    /// <summary>The rights that a run with this manifest uses.</summary>
    /// <param name="manifest">What is deployed.</param>
    /// <param name="way">How components are reached, see <see cref="ReachedBy"/>; what has no other way is reached by port-forward.</param>
    /// <param name="provisions">Whether the storage Secret is yet to be made.</param>
    /// <param name="objects">The resources of the manifest's other objects.</param>
    public static IReadOnlyList<RequiredRight> For(StackManifest manifest, string way, bool provisions, IEnumerable<ApiResource> objects)
    {
        var hasRoute = ExpectedObjects.From(manifest).Route is not null;
        var other = StackKind.Plural(manifest.IsMonolithic ? StackKind.TempoStack : StackKind.TempoMonolithic);
        return
        [
            .. from right in All
               where right.Resource != other && (way != ReachedBy.InCluster || right.Use != RightUse.PortForward) && (provisions || right.Use != RightUse.Provision)
                   && (right.Group != Routes || hasRoute || way == ReachedBy.Route)
                   && (right.Use != RightUse.Ingress || way == ReachedBy.Ingress)
                   && (right.Use != RightUse.Encryption || !manifest.IsMonolithic)
               select right is { Resource: "secrets", Use: RightUse.Deploy } ? right with { Name = manifest.StorageSecretName ?? "" }
                   : right with { Name = right.Name.Replace(StackName, manifest.Name, StringComparison.Ordinal) },
            .. from resource in objects.Distinct()
               select new RequiredRight(
                   resource.Group, resource.Plural, ["get", "create", "patch", "delete"], RightUse.Deploy, "apply and delete what the manifest has beside its stack",
                   ClusterWide: !resource.Namespaced),
        ];
    }
}
