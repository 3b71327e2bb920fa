using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Cluster.Kubelet.Probes;
using TempoCos.Cluster.Kubelet.Volumes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet;

/// <summary>What every pod needs of its kubelet.</summary>
public sealed record KubeletContext(
    ClusterOptions Options, ResourceRegistry Registry, ResourceCatalog Catalog, EventRecorder Events, ImageStore Images, ContainerLauncher Launcher,
    PodVolumes Volumes, ProbeAction Probes, PodPorts Ports, TimeProvider Time)
{
    public ResourceType Pods { get; } = Catalog.Find(BuiltInResources.Pods)!;
}
