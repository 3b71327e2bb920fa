using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Network;

/// <summary>Finds the loopback port of a service's port as ingresses and routes name it.</summary>
public sealed class ServicePorts(ObjectStore store, ServiceNetwork network)
{
    /// <summary>By the backend of an ingress.</summary>
    public int? OfBackend(string ns, JsonNode? backend) => Find(ns, backend.Text("name"), port =>
        backend.Text("port", "name") is { } name ? port.Text("name") == name : port.Number("port") == backend.Number("port", "number"));

    /// <summary>By the target port of a route, which is the name or number of a service's target; the first port where it names none.</summary>
    public int? OfTarget(string ns, string? service, JsonNode? target) => Find(ns, service, port => target is null
        || (target.Text() is { } name ? port.Text("name") == name || port.Text("targetPort") == name : port.Number("targetPort") == target.Number() || port.Number("port") == target.Number()));

    private int? Find(string ns, string? service, Predicate<JsonObject> wanted)
    {
        var key = new ObjectKey(BuiltInResources.Services, ns, service ?? "");
        var port = store.Find(key)?.ToObject().Objects("spec", "ports").FirstOrDefault(one => wanted(one));
        return port is null ? null : network.LocalPort(key, port);
    }
}
