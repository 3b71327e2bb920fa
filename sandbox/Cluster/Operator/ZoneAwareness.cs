using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Operator;

/// <summary>Tells pods that are spread over zones in which one they are: the values of their node's labels.</summary>
public sealed class ZoneAwareness(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<ZoneAwareness> logger) : Controller(store, logger)
{
    private const string Label = "tempo.grafana.com/zone-aware";
    private const string Keys = "tempo.grafana.com/availability-zone-labels";
    private const string Zone = "tempo.grafana.com/availability-zone";

    protected override bool Watches(ObjectKey key) => key.Resource == BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) => !deleted && changed.Labels.ContainsKey(Label) ? [changed.Key] : [];

    protected override void Reconcile(ObjectKey key)
    {
        if (!OperatorDeployment.IsRunning(Store) || Store.Find(key) is not { Deleting: false } stored || stored.ToObject() is not { } pod
            || pod.Text("spec", "nodeName") is not { Length: > 0 } node || pod.Text("metadata", "annotations", Keys) is not { } keys)
        {
            return;
        }

        var labels = Store.Find(new ObjectKey(BuiltInResources.Nodes, "", node))?.ToObject().TextMap("metadata", "labels") ?? new Dictionary<string, string>();
        var values = keys.Split(',').Select(one => labels.GetValueOrDefault(one)).ToList();
        if (values.Contains(null) || pod.Text("metadata", "annotations", Zone) is { Length: > 0 })
        {
            return;
        }

        registry.Update(catalog.Find(BuiltInResources.Pods)!, key.Namespace, key.Name, live =>
        {
            live.Ensure("metadata", "annotations")[Zone] = string.Join("_", values);
            return live;
        }, WriteOptions.Main);
    }
}
