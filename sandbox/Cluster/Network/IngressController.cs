using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Network;

/// <summary>An ingress is reached at the loopback port of its backend's service: the default one, else that of its first path.</summary>
public sealed class IngressController(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ServiceNetwork network, ILogger<IngressController> logger)
    : Controller(store, logger)
{
    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Ingresses or BuiltInResources.Services;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Ingresses ? [changed.Key] : Store.List(BuiltInResources.Ingresses, changed.Key.Namespace).Objects.Select(ingress => ingress.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key)?.ToObject() is not { } ingress || Port(ingress) is not { } port)
        {
            return;
        }

        registry.Update(catalog.Find(BuiltInResources.Ingresses)!, key.Namespace, key.Name, live =>
        {
            live.Ensure("status", "loadBalancer")["ingress"] = new JsonArray(new JsonObject
            {
                ["ip"] = "127.0.0.1",
                ["ports"] = new JsonArray(new JsonObject { ["port"] = port, ["protocol"] = "TCP" }),
            });
            return live;
        }, WriteOptions.OfStatus);
    }

    private int? Port(JsonObject ingress)
    {
        var backend = ingress.At("spec", "defaultBackend", "service")
            ?? ingress.Objects("spec", "rules").SelectMany(rule => rule.Objects("http", "paths")).Select(path => path.At("backend", "service")).FirstOrDefault();
        var service = new ObjectKey(BuiltInResources.Services, ingress.Text("metadata", "namespace")!, backend.Text("name") ?? "");
        var port = Store.Find(service)?.ToObject().Objects("spec", "ports").FirstOrDefault(port =>
            backend.Text("port", "name") is { } name ? port.Text("name") == name : port.Number("port") == backend.Number("port", "number"));
        return port is null ? null : network.LocalPort(service, port);
    }
}
