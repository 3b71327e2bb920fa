using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet;

/// <summary>What every pod needs of its kubelet.</summary>
public sealed record KubeletContext(
    ResourceRegistry Registry, ResourceCatalog Catalog, EventRecorder Events, ContainerLauncher Launcher, ReadinessProbe Probe, PodPorts Ports, TimeProvider Time)
{
    public ResourceType Pods { get; } = Catalog.Find(BuiltInResources.Pods)!;
}
