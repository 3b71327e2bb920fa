using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Network;

/// <summary>A loopback port for each TCP port of each service, made when first asked for.</summary>
public sealed class ServiceNetwork(ObjectStore store, ServiceTargets targets) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(ObjectKey Service, string PortName, int Port), Lazy<TcpProxy>> proxies = new();

    /// <summary>Where a service's port is reached.</summary>
    public int LocalPort(ObjectKey service, JsonObject servicePort)
    {
        var (name, port) = (servicePort.Text("name") ?? "", (int)(servicePort.Number("port") ?? 0));
        return proxies.GetOrAdd((service, name, port), _ => new Lazy<TcpProxy>(() => new TcpProxy(targets.InTurn(service, name, port)))).Value.Port;
    }

    /// <summary>The variables that tell a pod about the services of its namespace.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment(string ns)
    {
        foreach (var stored in store.List(BuiltInResources.Services, ns).Objects)
        {
            var service = stored.ToObject();
            var prefix = Variable(stored.Key.Name);
            var first = true;
            foreach (var port in service.Objects("spec", "ports").Where(port => port.Text("protocol") is "TCP" or null))
            {
                var local = LocalPort(stored.Key, port).ToString(CultureInfo.InvariantCulture);
                if (first)
                {
                    yield return new($"{prefix}_SERVICE_HOST", "127.0.0.1");
                    yield return new($"{prefix}_SERVICE_PORT", local);
                    first = false;
                }

                if (port.Text("name") is { } name)
                {
                    yield return new($"{prefix}_SERVICE_PORT_{Variable(name)}", local);
                }
            }
        }
    }

    /// <summary>A name as a part of a variable's: upper case, underscores.</summary>
    public static string Variable(string name) => name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');

    /// <summary>Lets a service's clients find pods that are new behind it.</summary>
    public void Introduce(ObjectKey service)
    {
        foreach (var (key, proxy) in proxies.Where(proxy => proxy.Key.Service == service && proxy.Value.IsValueCreated))
        {
            if (targets.Waiting(service, key.PortName, key.Port) is { Count: > 0 } waiting)
            {
                proxy.Value.Introduce(waiting);
            }
        }
    }

    /// <summary>Closes the ports of a service that is gone.</summary>
    public async ValueTask CloseAsync(ObjectKey service)
    {
        foreach (var key in proxies.Keys.Where(key => key.Service == service))
        {
            if (proxies.TryRemove(key, out var proxy) && proxy.IsValueCreated)
            {
                await proxy.Value.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in proxies.Keys.Select(key => key.Service).Distinct())
        {
            await CloseAsync(service);
        }
    }
}
