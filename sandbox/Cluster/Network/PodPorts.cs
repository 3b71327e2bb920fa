using System.Collections.Concurrent;

namespace TempoCos.Cluster.Network;

/// <summary>Where on loopback the declared ports of running pods really listen. Each such port is its pod's until the pod is gone.</summary>
public sealed class PodPorts : IDisposable
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<PortMapping>> pods = new();
    private readonly Dictionary<string, List<HeldPort>> held = [];

    /// <summary>Ports for a pod, all different from each other and from what anybody else here was given.</summary>
    public IReadOnlyList<int> Choose(string uid, IReadOnlyList<string> protocols)
    {
        HeldPort[] taken = [.. protocols.Select(HeldPort.Take)];
        lock (gate)
        {
            (held.TryGetValue(uid, out var own) ? own : held[uid] = []).AddRange(taken);
        }

        return [.. taken.Select(port => port.Port)];
    }

    /// <summary>Says which ports a pod uses now; those that it no longer uses are free again.</summary>
    public void Set(string uid, IReadOnlyList<PortMapping> mappings)
    {
        pods[uid] = mappings;
        Release(uid, port => mappings.All(mapping => mapping.LocalPort != port));
    }

    public void Remove(string uid)
    {
        pods.TryRemove(uid, out _);
        Release(uid, _ => true);
    }

    public IReadOnlyList<PortMapping> Of(string uid) => pods.GetValueOrDefault(uid) ?? [];

    public int? Find(string uid, int containerPort, string protocol = "TCP") =>
        Of(uid).FirstOrDefault(mapping => mapping.ContainerPort == containerPort && mapping.Protocol == protocol)?.LocalPort;

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var port in held.Values.SelectMany(own => own))
            {
                port.Dispose();
            }

            held.Clear();
        }
    }

    private void Release(string uid, Predicate<int> unused)
    {
        lock (gate)
        {
            if (!held.TryGetValue(uid, out var own))
            {
                return;
            }

            foreach (var port in own.Where(port => unused(port.Port)).ToList())
            {
                own.Remove(port);
                port.Dispose();
            }

            if (own.Count == 0)
            {
                held.Remove(uid);
            }
        }
    }
}
