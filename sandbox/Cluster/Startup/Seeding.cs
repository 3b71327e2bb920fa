using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Scheduling;
using TempoCos.Cluster.Controllers.Volumes;
using TempoCos.Cluster.Kubelet;
using TempoCos.Cluster.Operator;
using TempoCos.Cluster.Operator.Definitions;
using TempoCos.Cluster.Operator.Manifests;

namespace TempoCos.Cluster.Startup;

/// <summary>What a fresh cluster has: namespaces, roles, a node, a storage class, an ingress class, the operator's definitions and the Secrets asked for.</summary>
public sealed class Seeding(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ClusterOptions options, FeatureGates gates, NamespaceContent contents)
{
    public void Run()
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease", .. options.Secrets.Select(secret => secret.Namespace)])
        {
            Ensure(BuiltInResources.Namespaces, "", name, []);
        }

        foreach (var (name, content) in DefaultRoles.ClusterRoles)
        {
            Ensure(Authorizer.ClusterRoles, "", name, content);
        }

        foreach (var (name, content) in DefaultRoles.ClusterRoleBindings)
        {
            Ensure(Authorizer.ClusterRoleBindings, "", name, content);
        }

        Ensure(BuiltInResources.Nodes, "", PodKubelet.Node, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["node-role.kubernetes.io/control-plane"] = "" } } });
        registry.Update(catalog.Find(BuiltInResources.Nodes)!, "", PodKubelet.Node, NodeStatus, WriteOptions.OfStatus);
        foreach (var (name, value) in PriorityAdmission.SystemClasses)
        {
            Ensure(BuiltInResources.PriorityClasses, "", name, new JsonObject { ["value"] = value, ["description"] = "For pods without which the cluster does not work." });
        }

        Ensure(BuiltInResources.StorageClasses, "", "standard", new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["storageclass.kubernetes.io/is-default-class"] = "true" } },
            ["provisioner"] = StorageClassView.Directory,
            ["reclaimPolicy"] = "Delete",
            ["volumeBindingMode"] = "Immediate",
        });
        Ensure(BuiltInResources.IngressClasses, "", "loopback", new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["ingressclass.kubernetes.io/is-default-class"] = "true" } },
            ["spec"] = new JsonObject { ["controller"] = "tempocos.dev/loopback" },
        });
        if (options.Operator)
        {
            Ensure(BuiltInResources.CustomResourceDefinitions, "", BuiltInResources.TempoStacks, TempoStackDefinition.Create());
            Ensure(BuiltInResources.CustomResourceDefinitions, "", BuiltInResources.TempoMonolithics, TempoMonolithicDefinition.Create());
            if (gates.Routes)
            {
                Ensure(BuiltInResources.CustomResourceDefinitions, "", IngressManifests.Routes, RouteDefinition.Create());
            }

            Ensure(BuiltInResources.Namespaces, "", OperatorDeployment.Namespace, []);
            Ensure(BuiltInResources.Deployments, OperatorDeployment.Namespace, OperatorDeployment.Name, OperatorDeployment.Create());
        }

        foreach (var secret in options.Secrets.GroupBy(secret => (secret.Namespace, secret.Name)))
        {
            SeedSecret(secret.Key.Namespace, secret.Key.Name, secret);
        }
    }

    /// <summary>What the scheduler needs; the kubelet says the rest.</summary>
    private static JsonObject NodeStatus(JsonObject node)
    {
        node["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady", ["message"] = "pods run as processes of this machine" }),
            ["capacity"] = NodeCapacity.Capacity(),
            ["allocatable"] = NodeCapacity.Allocatable(),
        };
        return node;
    }

    private void SeedSecret(string ns, string name, IEnumerable<SeedSecret> entries)
    {
        var data = entries.ToDictionary(entry => entry.Key, entry => Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.Value))).ToJsonObject();
        Ensure(BuiltInResources.Secrets, ns, name, new JsonObject { ["data"] = data.DeepClone() });
        registry.Update(catalog.Find(BuiltInResources.Secrets)!, ns, name, live =>
        {
            foreach (var (key, value) in data)
            {
                live.Ensure("data")[key] = value?.DeepClone();
            }

            return live;
        }, WriteOptions.Main);
    }

    private void Ensure(string resource, string ns, string name, JsonObject content)
    {
        var type = catalog.Find(resource)!;
        if (store.Find(new ObjectKey(resource, ns, name)) is null)
        {
            content.Ensure("metadata")["name"] = name;
            contents.Begin(type, registry.Create(type, ns, content, WriteOptions.Main));
        }
    }
}
