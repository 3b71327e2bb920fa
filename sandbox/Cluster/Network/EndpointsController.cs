using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Network;

/// <summary>Keeps the Endpoints of each service, which show where its pods really listen, and closes what a deleted service leaves.</summary>
public sealed class EndpointsController(
    ObjectStore store, ObjectWriter writer, ServiceTargets targets, ServiceNetwork network, ILogger<EndpointsController> logger) : Controller(store, logger)
{
    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Services or BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Services ? [changed.Key]
        : Store.List(BuiltInResources.Services, changed.Key.Namespace).Objects
            .Where(service => service.ToObject().At("spec", "selector") is JsonObject { Count: > 0 } selector && LabelSelector.From(selector).Matches(changed.Labels))
            .Select(service => service.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            _ = network.CloseAsync(key);
            return;
        }

        var service = stored.ToObject();
        if (service.At("spec", "selector") is not JsonObject { Count: > 0 })
        {
            return;
        }

        writer.Put(BuiltInResources.Endpoints, service, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["labels"] = service.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
            },
            ["subsets"] = targets.Pods(service).Select(pod => Subset(service, pod)).OfType<JsonNode>().ToJsonArray(),
        });
    }

    private JsonObject? Subset(JsonObject service, JsonObject pod)
    {
        var ports = service.Objects("spec", "ports").Select(port => (port, local: targets.LocalPort(pod, port))).Where(pair => pair.local is not null).Select(pair => (JsonNode)new JsonObject
        {
            ["name"] = pair.port.Text("name"),
            ["port"] = pair.local,
            ["protocol"] = pair.port.Text("protocol"),
        }).ToJsonArray();
        if (ports.Count == 0)
        {
            return null;
        }

        var ready = service.Flag("spec", "publishNotReadyAddresses") || ServiceTargets.IsReady(pod);
        return new JsonObject
        {
            [ready ? "addresses" : "notReadyAddresses"] = new JsonArray(new JsonObject
            {
                ["ip"] = "127.0.0.1",
                ["nodeName"] = pod.Text("spec", "nodeName"),
                ["targetRef"] = new JsonObject
                {
                    ["kind"] = "Pod",
                    ["namespace"] = pod.Text("metadata", "namespace"),
                    ["name"] = pod.Text("metadata", "name"),
                    ["uid"] = pod.Text("metadata", "uid"),
                },
            }),
            ["ports"] = ports,
        };
    }
}
