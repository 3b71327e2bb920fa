using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Operator.Manifests;

namespace TempoCos.Cluster.Operator;

/// <summary>Creates, changes and prunes the objects of an instance, each kind as the operator does: what others added to a pod template stays, a spec is replaced.</summary>
public sealed class OperandWriter(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ObjectWriter writer)
{
    private static readonly string[] Prunable =
    [
        BuiltInResources.Deployments, BuiltInResources.Services, BuiltInResources.Ingresses, BuiltInResources.DisruptionBudgets, BuiltInResources.NetworkPolicies,
        "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io", IngressManifests.Routes, Gateway.GatewayParts.ClusterRoles, Gateway.GatewayParts.ClusterRoleBindings,
    ];

    public void Write(JsonObject owner, IReadOnlyList<(string Resource, JsonObject Content)> wanted, InstanceLabels labels)
    {
        foreach (var (resource, content) in wanted)
        {
            Put(owner, resource, content);
        }

        Prune(owner, wanted, labels);
    }

    /// <summary>Deletes what an instance made outside of its namespace, which has no owner that would take it along.</summary>
    public void DeleteClusterWide(JsonObject owner, InstanceLabels labels)
    {
        foreach (var found in Owned(owner, labels, [Gateway.GatewayParts.ClusterRoles, Gateway.GatewayParts.ClusterRoleBindings]))
        {
            writer.Delete(found.Key, found.Uid);
        }
    }

    public void Put(JsonObject owner, string resource, JsonObject wanted)
    {
        if (catalog.Find(resource) is not { } type)
        {
            // As on a cluster without OpenShift's Routes: the operator's client does not know the kind.
            throw new InvalidOperationException($"failed to create objects for {owner.Text("metadata", "name")}: no matches for kind of resource \"{resource}\"");
        }

        var (ns, name) = (type.Namespaced ? owner.Text("metadata", "namespace")! : "", wanted.Text("metadata", "name")!);
        if (type.Namespaced)
        {
            wanted.Ensure("metadata")["ownerReferences"] = new JsonArray(ObjectWriter.Reference(owner));
        }

        if (store.Find(new ObjectKey(resource, ns, name)) is not { } stored)
        {
            registry.Create(type, ns, wanted.Copy(), WriteOptions.Main);
            return;
        }

        if (resource == BuiltInResources.StatefulSets && IsOther(stored.ToObject(), wanted))
        {
            // What cannot be changed is made anew.
            writer.Delete(stored.Key, stored.Uid);
            return;
        }

        registry.Update(type, ns, name, live =>
        {
            Mutate(resource, live, wanted);
            return live;
        }, WriteOptions.Main);
    }

    private static void Mutate(string resource, JsonObject live, JsonObject wanted)
    {
        JsonMergePatch.Apply(live.Ensure("metadata"), Content.Map(
            ("labels", wanted.At("metadata", "labels")), ("annotations", wanted.At("metadata", "annotations")), ("ownerReferences", wanted.At("metadata", "ownerReferences"))));
        switch (resource)
        {
            case BuiltInResources.ServiceAccounts:
                break;
            case BuiltInResources.Services or BuiltInResources.Deployments or BuiltInResources.StatefulSets:
                JsonMergePatch.Apply(live.Ensure("spec"), wanted.Ensure("spec"));
                RemoveUnmounted(live, wanted);
                break;
            case IngressManifests.Routes:
                // The API server does not let a host be cleared that a router gave.
                var host = live.Text("spec", "host");
                live["spec"] = wanted["spec"]!.DeepClone();
                if (wanted.Text("spec", "host") is null or "" && host is not null)
                {
                    live.Ensure("spec")["host"] = host;
                }

                break;
            case BuiltInResources.ConfigMaps when wanted["data"] is null:
                // Others fill it.
                break;
            default:
                foreach (var part in (string[])["spec", "data", "rules", "subjects"])
                {
                    if (wanted[part] is { } content)
                    {
                        live[part] = content.DeepClone();
                    }
                }

                break;
        }
    }

    /// <summary>What only one component has is gone from its pods when the stack no longer asks for it.</summary>
    private static void RemoveUnmounted(JsonObject live, JsonObject wanted)
    {
        if (live.At("spec", "template", "spec") is JsonObject pod && wanted.At("spec", "template", "spec") is JsonObject asked)
        {
            foreach (var part in (string[])["initContainers", "topologySpreadConstraints", "nodeSelector", "tolerations"])
            {
                if (asked[part] is null)
                {
                    pod.Remove(part);
                }
            }
        }
    }

    private static bool IsOther(JsonObject live, JsonObject wanted) =>
        !JsonNode.DeepEquals(live.At("spec", "selector"), wanted.At("spec", "selector"))
        || !JsonNode.DeepEquals(Claims(live), Claims(wanted));

    private static JsonArray Claims(JsonObject workload) => workload.Objects("spec", "volumeClaimTemplates").Select(claim => (JsonNode)Content.Map(
        ("name", claim.At("metadata", "name")), ("size", claim.At("spec", "resources", "requests", "storage")?.ToString()), ("class", claim.At("spec", "storageClassName")))).ToJsonArray();

    private void Prune(JsonObject owner, IReadOnlyList<(string Resource, JsonObject Content)> wanted, InstanceLabels labels)
    {
        var kept = wanted.Select(one => (one.Resource, one.Content.Text("metadata", "name"))).ToHashSet();
        foreach (var found in Owned(owner, labels, Prunable).Where(found => !kept.Contains((found.Key.Resource, found.Key.Name))))
        {
            writer.Delete(found.Key, found.Uid);
        }
    }

    private IEnumerable<StoredObject> Owned(JsonObject owner, InstanceLabels labels, IEnumerable<string> resources)
    {
        var (ns, uid) = (owner.Text("metadata", "namespace")!, owner.Text("metadata", "uid")!);
        foreach (var type in resources.Select(catalog.Find).OfType<ResourceType>())
        {
            var resource = type.Resource;
            foreach (var found in store.List(resource, type.Namespaced ? ns : "").Objects.Where(found => !found.Deleting
                && found.Labels.GetValueOrDefault(InstanceLabels.InstanceKey) == labels.Instance && found.Labels.GetValueOrDefault(InstanceLabels.ManagedByKey) == InstanceLabels.Operator
                && (type.Namespaced ? found.Owners.Contains(uid) : found.Labels.GetValueOrDefault(InstanceLabels.NamespaceKey) == ns && found.Labels.GetValueOrDefault(InstanceLabels.NameKey) == labels.Application)).ToList())
            {
                yield return found;
            }
        }
    }
}
