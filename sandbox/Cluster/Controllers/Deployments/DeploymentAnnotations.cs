using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Controllers.Deployments;

/// <summary>What a Deployment's controller writes on it and on its ReplicaSets.</summary>
public static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string History = "deployment.kubernetes.io/revision-history";
    public const string Desired = "deployment.kubernetes.io/desired-replicas";
    public const string Maximum = "deployment.kubernetes.io/max-replicas";
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly HashSet<string> Own = [Revision, History, Desired, Maximum, LastApplied];

    /// <summary>Those of the Deployment that its ReplicaSet has as well; the cause of a change is one.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Copied(JsonObject deployment) =>
        deployment.TextMap("metadata", "annotations").Where(annotation => !Own.Contains(annotation.Key));
}
