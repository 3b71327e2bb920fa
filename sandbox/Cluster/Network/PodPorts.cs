using System.Collections.Concurrent;

namespace TempoCos.Cluster.Network;

/// <summary>Where on loopback the declared ports of running pods really listen.</summary>
public sealed class PodPorts
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<PortMapping>> pods = new();

    public void Set(string uid, IReadOnlyList<PortMapping> mappings) => pods[uid] = mappings;

    public void Remove(string uid) => pods.TryRemove(uid, out _);

    public IReadOnlyList<PortMapping> Of(string uid) => pods.GetValueOrDefault(uid) ?? [];

    public int? Find(string uid, int containerPort, string protocol = "TCP") =>
        Of(uid).FirstOrDefault(mapping => mapping.ContainerPort == containerPort && mapping.Protocol == protocol)?.LocalPort;
}
