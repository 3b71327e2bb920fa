using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Deployments;

/// <summary>One ReplicaSet of a Deployment.</summary>
public sealed class ReplicaSetView(StoredObject stored) : ObjectView(stored)
{
    public long Wanted => Content.Number("spec", "replicas") ?? 1;

    public long Replicas => Content.Number("status", "replicas") ?? 0;

    public long Ready => Content.Number("status", "readyReplicas") ?? 0;

    public long Available => Content.Number("status", "availableReplicas") ?? 0;

    public long Revision => Number(DeploymentAnnotations.Revision) ?? 0;

    public long? Desired => Number(DeploymentAnnotations.Desired);

    public long? Maximum => Number(DeploymentAnnotations.Maximum);

    public string Created => Content.Text("metadata", "creationTimestamp") ?? "";

    /// <summary>Whether its controller has seen it as it is now.</summary>
    public bool IsObserved => (Content.Number("metadata", "generation") ?? 0) <= (Content.Number("status", "observedGeneration") ?? 0);

    private long? Number(string annotation) =>
        long.TryParse(Content.Text("metadata", "annotations", annotation), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
