namespace TempoCos.Cluster.Api.Resources;

/// <summary>What every cluster serves.</summary>
public static class BuiltInResources
{
    public const string Namespaces = "namespaces";
    public const string Secrets = "secrets";
    public const string ConfigMaps = "configmaps";
    public const string ServiceAccounts = "serviceaccounts";
    public const string Services = "services";
    public const string Endpoints = "endpoints";
    public const string Pods = "pods";
    public const string Claims = "persistentvolumeclaims";
    public const string Events = "events";
    public const string Nodes = "nodes";
    public const string Deployments = "deployments.apps";
    public const string StatefulSets = "statefulsets.apps";
    public const string Ingresses = "ingresses.networking.k8s.io";
    public const string DisruptionBudgets = "poddisruptionbudgets.policy";
    public const string CustomResourceDefinitions = "customresourcedefinitions.apiextensions.k8s.io";
    public const string StorageClasses = "storageclasses.storage.k8s.io";
    public const string IngressClasses = "ingressclasses.networking.k8s.io";
    public const string TempoStacks = "tempostacks.tempo.grafana.com";
    public const string TempoMonolithics = "tempomonolithics.tempo.grafana.com";
    public const string ReplicaSets = "replicasets.apps";
    public const string ControllerRevisions = "controllerrevisions.apps";
    public const string Jobs = "jobs.batch";
    public const string Volumes = "persistentvolumes";
    public const string MutatingWebhooks = "mutatingwebhookconfigurations.admissionregistration.k8s.io";
    public const string ValidatingWebhooks = "validatingwebhookconfigurations.admissionregistration.k8s.io";
    public const string EndpointSlices = "endpointslices.discovery.k8s.io";
    public const string NetworkPolicies = "networkpolicies.networking.k8s.io";
    public const string LimitRanges = "limitranges";
    public const string Quotas = "resourcequotas";
    public const string PriorityClasses = "priorityclasses.scheduling.k8s.io";

    private static readonly string[] All = ["all"];

    public static IReadOnlyList<ResourceType> Types { get; } =
    [
        new("", "v1", "Namespace", "namespaces", false, true) { ShortNames = ["ns"] },
        new("", "v1", "Node", "nodes", false, true) { ShortNames = ["no"] },
        new("", "v1", "Secret", "secrets", true),
        new("", "v1", "ConfigMap", "configmaps", true) { ShortNames = ["cm"] },
        new("", "v1", "ServiceAccount", "serviceaccounts", true) { ShortNames = ["sa"], OtherSubresources = ["token"] },
        new("", "v1", "Service", "services", true, true) { ShortNames = ["svc"], Categories = All },
        new("", "v1", "Endpoints", "endpoints", true) { ShortNames = ["ep"] },
        new("", "v1", "Pod", "pods", true, true) { ShortNames = ["po"], Categories = All, OtherSubresources = ["attach", "eviction", "exec", "log", "portforward"] },
        new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, true) { ShortNames = ["pvc"] },
        new("", "v1", "PersistentVolume", "persistentvolumes", false, true) { ShortNames = ["pv"] },
        new("", "v1", "Event", "events", true) { ShortNames = ["ev"] },
        new("", "v1", "ResourceQuota", "resourcequotas", true, true) { ShortNames = ["quota"] },
        new("", "v1", "LimitRange", "limitranges", true) { ShortNames = ["limits"] },
        new("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false),
        new("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false),
        new("apps", "v1", "Deployment", "deployments", true, true) { ShortNames = ["deploy"], Categories = All, OtherSubresources = ["scale"] },
        new("apps", "v1", "StatefulSet", "statefulsets", true, true) { ShortNames = ["sts"], Categories = All, OtherSubresources = ["scale"] },
        new("apps", "v1", "ReplicaSet", "replicasets", true, true) { ShortNames = ["rs"], Categories = All, OtherSubresources = ["scale"] },
        new("apps", "v1", "ControllerRevision", "controllerrevisions", true),
        new("batch", "v1", "Job", "jobs", true, true) { Categories = All },
        new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true),
        new("events.k8s.io", "v1", "Event", "events", true) { ShortNames = ["ev"] },
        new("networking.k8s.io", "v1", "Ingress", "ingresses", true, true) { ShortNames = ["ing"] },
        new("networking.k8s.io", "v1", "IngressClass", "ingressclasses", false),
        new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true) { ShortNames = ["netpol"] },
        new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true, true) { ShortNames = ["pdb"] },
        new("rbac.authorization.k8s.io", "v1", "Role", "roles", true),
        new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", true),
        new("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false),
        new("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", false),
        new("coordination.k8s.io", "v1", "Lease", "leases", true),
        new("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false) { ShortNames = ["pc"] },
        new("storage.k8s.io", "v1", "StorageClass", "storageclasses", false) { ShortNames = ["sc"] },
        new("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false) { IsReview = true },
        new("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", false) { IsReview = true },
        new("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", false) { IsReview = true },
        new("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", true) { IsReview = true },
        new("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", false) { IsReview = true },
        new("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", false) { IsReview = true },
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false, true) { ShortNames = ["crd", "crds"] },
    ];
}
