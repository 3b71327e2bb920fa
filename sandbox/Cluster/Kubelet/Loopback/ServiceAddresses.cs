using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Loopback;

/// <summary>What the cluster's DNS would answer: where on loopback a service's port is.</summary>
public sealed class ServiceAddresses(ObjectStore store, ServiceNetwork network)
{
    private static readonly string[] Domain = ["svc", "cluster", "local"];

    /// <summary>The port of 127.0.0.1 for <c>svc</c>, <c>svc.ns</c>, <c>svc.ns.svc</c> or <c>svc.ns.svc.cluster.local</c>, asked from a namespace; null when there is no such service or port.</summary>
    public int? Find(string ns, string host, int port)
    {
        var parts = host.TrimEnd('.').Split('.');
        if (parts.Length > 2 && !parts[2..].SequenceEqual(Domain.Take(parts.Length - 2)))
        {
            return null;
        }

        var key = new ObjectKey(BuiltInResources.Services, parts.Length > 1 ? parts[1] : ns, parts[0]);
        return store.Find(key)?.ToObject().Objects("spec", "ports").FirstOrDefault(one => one.Number("port") == port && one.Text("protocol") is "TCP" or null) is { } found
            ? network.LocalPort(key, found)
            : null;
    }
}
