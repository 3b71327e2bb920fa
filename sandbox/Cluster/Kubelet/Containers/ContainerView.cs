using System.Text.Json.Nodes;
using TempoCos.Cluster.Kubelet.Loopback;
using TempoCos.Cluster.Kubelet.Volumes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>
/// What a container's program is given to read, as it has to be on this machine: the files of its ConfigMaps, Secrets and projected
/// volumes, its arguments and its variables. Objects of the API are never changed.
/// </summary>
/// <param name="Pod">The pod.</param>
/// <param name="Container">One of its containers.</param>
/// <param name="Ports">Where the pod's declared ports really are.</param>
/// <param name="Mounts">Which directories stand for the paths that the container mounts.</param>
/// <param name="Services">Where services are.</param>
public sealed record ContainerView(JsonObject Pod, JsonObject Container, IReadOnlyList<PortMapping> Ports, MountMap Mounts, ServiceAddresses Services)
{
    private readonly LoopbackView loopback = new(Services, Pod, Container, Ports);

    /// <summary>The directory with token, ca.crt and namespace of the pod's service account; null where it mounts none.</summary>
    public string? AccountDirectory { get; init; }

    /// <summary>What it sees as /etc/resolv.conf; null for the machine's.</summary>
    public string? ResolverFile { get; init; }

    /// <summary>Content of a mounted text file; <paramref name="path"/> is the one that the container knows.</summary>
    public string File(string path, string content) => Mounts.Rewrite(loopback.File(path, content));

    /// <summary>An argument, its variables expanded.</summary>
    public string Argument(string text) => Mounts.Rewrite(loopback.Argument(text));

    /// <summary>Flags that the container does not have but needs here.</summary>
    public IEnumerable<string> MoreArguments() => loopback.MoreArguments();

    /// <summary>A variable's value, as it is expanded in arguments.</summary>
    public string Variable(string name, string value) => loopback.Variable(name, value);

    /// <summary>A variable's value, as the program has it. One of this machine's may name a directory at which the container mounts another.</summary>
    public string Placed(string name, string value) => ContainerEnvironment.IsOfMachine(Container, name) ? value : Mounts.Rewrite(value);
}
