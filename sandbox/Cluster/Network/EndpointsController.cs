using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Network.Names;

namespace TempoCos.Cluster.Network;

/// <summary>Keeps the Endpoints and EndpointSlices of each service, which show where its pods really listen, and closes what deleted services and pods leave.</summary>
public sealed class EndpointsController(
    ControllerContext context, ServiceTargets targets, ServiceNetwork network, ServiceListeners listeners, PodListeners pods, ILogger<EndpointsController> logger) : Controller(context.Store, logger)
{
    public const string Manager = "endpointslice-controller.k8s.io";
    private const string ServiceName = "kubernetes.io/service-name";
    private const string ManagedBy = "endpointslice.kubernetes.io/managed-by";

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Services or BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted)
    {
        if (changed.Key.Resource == BuiltInResources.Services)
        {
            return [changed.Key];
        }

        if (deleted)
        {
            LetEnd(changed.Key, pods.CloseAsync(changed.Uid));
        }

        return Store.List(BuiltInResources.Services, changed.Key.Namespace).Objects
            .Where(service => service.ToObject().At("spec", "selector") is JsonObject { Count: > 0 } selector && LabelSelector.From(selector).Matches(changed.Labels))
            .Select(service => service.Key);
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            LetEnd(key, network.CloseAsync(key));
            LetEnd(key, listeners.CloseAsync(key));
            return;
        }

        var service = stored.ToObject();
        if (service.Text("spec", "type") == "ExternalName")
        {
            context.Events.Record(service, "endpoint-controller", warning: true, "ExternalNameNotSupported",
                $"this cluster's DNS has no aliases: use {service.Text("spec", "externalName")} itself, or a Service with a selector");
            return;
        }

        if (stored.Deleting || service.At("spec", "selector") is not JsonObject { Count: > 0 })
        {
            return;
        }

        var endpoints = targets.Pods(service).Select(pod => Of(service, pod)).OfType<PodEndpoints>().ToList();
        context.Writer.Put(BuiltInResources.Endpoints, service, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["labels"] = service.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
            },
            ["subsets"] = endpoints.Select(one => (JsonNode)one.Subset()).ToJsonArray(),
        });
        network.Introduce(key);
        listeners.Introduce(key);
        Slices(key, service, endpoints.Count == 0 ? [PodEndpoints.EmptySlice(service)] : [.. endpoints.Select(one => one.Slice())]);
    }

    private void Slices(ObjectKey key, JsonObject service, List<JsonObject> wanted)
    {
        wanted.ForEach(slice => context.Writer.Put(BuiltInResources.EndpointSlices, service, slice));
        var names = wanted.Select(slice => slice.Text("metadata", "name")).ToHashSet();
        foreach (var slice in Store.List(BuiltInResources.EndpointSlices, key.Namespace).Objects.Where(slice =>
            slice.Labels.GetValueOrDefault(ServiceName) == key.Name && slice.Labels.GetValueOrDefault(ManagedBy) == Manager && !names.Contains(slice.Key.Name)))
        {
            context.Writer.Delete(slice.Key, slice.Uid);
        }
    }

    private PodEndpoints? Of(JsonObject service, JsonObject pod)
    {
        List<(JsonObject, int)> ports = [.. service.Objects("spec", "ports").Select(port => (port, local: targets.LocalPort(pod, port)))
            .Where(pair => pair.local is not null).Select(pair => (pair.port, pair.local!.Value))];
        return ports.Count == 0 ? null : new PodEndpoints(service, pod, ports);
    }
}
