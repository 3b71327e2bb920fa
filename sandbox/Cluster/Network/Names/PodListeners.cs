using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Network.Names;

/// <summary>Pods at an address of their own with the ports that they declare, for those to whom a headless service names them. They are opened when somebody first asks.</summary>
public sealed class PodListeners(ObjectStore store, LoopbackBlock block, PodPorts ports) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Place, Dictionary<int, TcpProxy> Proxies)> open = [];

    /// <summary>The address of a pod, once its TCP ports are open there as far as they can be; null when it gets none.</summary>
    public IPAddress? Open(JsonObject pod)
    {
        var uid = pod.Text("metadata", "uid")!;
        lock (gate)
        {
            if (store.Find(new ObjectKey(BuiltInResources.Pods, pod.Text("metadata", "namespace")!, pod.Text("metadata", "name")!))?.Uid != uid)
            {
                // It went meanwhile, and what is opened after it was closed would stay.
                return null;
            }

            if (!open.TryGetValue(uid, out var own))
            {
                if (FreePlace() is not { } place)
                {
                    return null;
                }

                own = open[uid] = (place, []);
            }

            if (block.OfPod(own.Place) is not { } address)
            {
                return null;
            }

            foreach (var port in ports.Of(uid).Where(port => port.Protocol == "TCP").Select(port => port.ContainerPort).Distinct().Where(port => !own.Proxies.ContainsKey(port)))
            {
                try
                {
                    own.Proxies[port] = new TcpProxy(() => ports.Find(uid, port) is { } local ? [local] : [], new IPEndPoint(address, port));
                }
                catch (SocketException)
                {
                    // Something on this machine has it at all addresses: who connects there is refused, and the next who asks has it tried again.
                }
            }

            return address;
        }
    }

    /// <summary>Closes the ports of a pod that is gone; another one may have its address.</summary>
    public async ValueTask CloseAsync(string uid)
    {
        Dictionary<int, TcpProxy>? proxies;
        lock (gate)
        {
            proxies = open.GetValueOrDefault(uid).Proxies;
        }

        foreach (var proxy in proxies?.Values ?? Enumerable.Empty<TcpProxy>())
        {
            await proxy.DisposeAsync();
        }

        lock (gate)
        {
            open.Remove(uid);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<string> pods;
        lock (gate)
        {
            pods = [.. open.Keys];
        }

        foreach (var uid in pods)
        {
            await CloseAsync(uid);
        }
    }

    private int? FreePlace()
    {
        var taken = open.Values.Select(own => own.Place).ToHashSet();
        return Enumerable.Range(0, LoopbackBlock.Pods).Where(place => !taken.Contains(place)).Select(place => (int?)place).FirstOrDefault();
    }
}
