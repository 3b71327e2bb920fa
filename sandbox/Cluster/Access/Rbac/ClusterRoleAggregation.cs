using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Access.Rbac;

/// <summary>Fills the rules of a ClusterRole with an aggregationRule from those that it selects.</summary>
public sealed class ClusterRoleAggregation(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<ClusterRoleAggregation> logger)
    : Controller(store, logger)
{
    protected override bool Watches(ObjectKey key) => key.Resource == Authorizer.ClusterRoles;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        Store.List(Authorizer.ClusterRoles).Objects.Where(role => role.ToObject().At("aggregationRule") is not null).Select(role => role.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key)?.ToObject() is not { } role || role.At("aggregationRule") is null)
        {
            return;
        }

        LabelSelector[] selectors = [.. role.Objects("aggregationRule", "clusterRoleSelectors").Select(LabelSelector.From)];
        var rules = Store.List(Authorizer.ClusterRoles).Objects
            .Where(other => other.Key != key && selectors.Any(selector => selector.Matches(other.Labels)))
            .SelectMany(other => other.ToObject().Objects("rules")).Select(rule => rule.DeepClone()).ToJsonArray();
        if (!JsonNode.DeepEquals(rules, role.At("rules") ?? new JsonArray()))
        {
            registry.Update(catalog.Find(Authorizer.ClusterRoles)!, "", key.Name, live =>
            {
                live["rules"] = rules.DeepClone();
                return live;
            }, WriteOptions.Main);
        }
    }
}
