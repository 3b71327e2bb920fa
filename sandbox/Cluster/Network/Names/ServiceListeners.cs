using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Network.Names;

/// <summary>Services at an address of their own with the ports that they declare, for those who ask for them by name. They are opened when somebody first does.</summary>
public sealed class ServiceListeners(ObjectStore store, LoopbackBlock block, ServiceTargets targets, EventRecorder events) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectKey, Dictionary<(IPAddress Address, string Name, int Port), TcpProxy>> open = [];

    /// <summary>The address of a service, once its TCP ports are open there; null when it has none here.</summary>
    public IPAddress? Open(ObjectKey key, JsonObject service)
    {
        if (block.Of(service.Text("spec", "clusterIP")) is not { } address)
        {
            return null;
        }

        // With the address: a service that is deleted and made again has another one.
        List<(IPAddress Address, string Name, int Port)> wanted = service.At("spec", "selector") is not JsonObject { Count: > 0 } ? []
            : [.. service.Objects("spec", "ports").Where(port => port.Text("protocol") is "TCP" or null).Select(port => (address, port.Text("name") ?? "", (int)(port.Number("port") ?? 0)))];
        lock (gate)
        {
            if (store.Find(key) is null)
            {
                // It went meanwhile, and what is opened after it was closed would stay.
                return null;
            }

            var own = open.TryGetValue(key, out var found) ? found : open[key] = [];
            foreach (var gone in own.Keys.Except(wanted).ToList())
            {
                own.Remove(gone, out var proxy);
                _ = proxy!.DisposeAsync().AsTask();
            }

            foreach (var port in wanted.Where(port => !own.ContainsKey(port)))
            {
                try
                {
                    own[port] = new TcpProxy(targets.InTurn(key, port.Name, port.Port), new IPEndPoint(address, port.Port));
                }
                catch (SocketException problem)
                {
                    events.Record(service, "loopback", warning: true, "PortNotOpen",
                        $"the port {port.Port} cannot be opened at {address}, where this service's name leads to: {problem.Message}; something on this machine may have it at all addresses");
                }
            }
        }

        return address;
    }

    /// <summary>Lets a service's clients find pods that are new behind it.</summary>
    public void Introduce(ObjectKey service)
    {
        List<((IPAddress Address, string Name, int Port) Port, TcpProxy Proxy)> proxies;
        lock (gate)
        {
            proxies = [.. (open.GetValueOrDefault(service) ?? []).Select(one => (one.Key, one.Value))];
        }

        foreach (var (port, proxy) in proxies)
        {
            if (targets.Waiting(service, port.Name, port.Port) is { Count: > 0 } waiting)
            {
                proxy.Introduce(waiting);
            }
        }
    }

    /// <summary>Closes the ports of a service that is gone.</summary>
    public async ValueTask CloseAsync(ObjectKey service)
    {
        Dictionary<(IPAddress Address, string Name, int Port), TcpProxy>? own;
        lock (gate)
        {
            open.Remove(service, out own);
        }

        foreach (var proxy in own?.Values ?? Enumerable.Empty<TcpProxy>())
        {
            await proxy.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<ObjectKey> services;
        lock (gate)
        {
            services = [.. open.Keys];
        }

        foreach (var service in services)
        {
            await CloseAsync(service);
        }
    }
}
