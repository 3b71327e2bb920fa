using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Scheduling;
using TempoCos.Cluster.Operator;
using TempoCos.Cluster.Operator.Definitions;

namespace TempoCos.Cluster.Startup;

/// <summary>What a fresh cluster has: namespaces, a node, a storage class, an ingress class, the operator's definition and the Secrets asked for.</summary>
public sealed class Seeding(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ClusterOptions options)
{
    public void Run()
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", .. options.Secrets.Select(secret => secret.Namespace)])
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

        Ensure(BuiltInResources.Nodes, "", Node, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = NodeLabels() } });
        registry.Update(catalog.Find(BuiltInResources.Nodes)!, "", Node, NodeStatus, WriteOptions.OfStatus);
        Ensure(BuiltInResources.StorageClasses, "", "standard", new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["storageclass.kubernetes.io/is-default-class"] = "true" } },
            ["provisioner"] = "tempocos.dev/directory",
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
            Ensure(BuiltInResources.Namespaces, "", OperatorDeployment.Namespace, []);
            Ensure(BuiltInResources.Deployments, OperatorDeployment.Namespace, OperatorDeployment.Name, OperatorDeployment.Create());
        }

        foreach (var secret in options.Secrets.GroupBy(secret => (secret.Namespace, secret.Name)))
        {
            SeedSecret(secret.Key.Namespace, secret.Key.Name, secret);
        }
    }

    private const string Node = "tempocos";

    private static JsonObject NodeStatus(JsonObject node)
    {
        node["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady", ["message"] = "pods run as processes of this machine" }),
            ["capacity"] = NodeCapacity.Capacity(),
            ["allocatable"] = NodeCapacity.Allocatable(),
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = "127.0.0.1" }, new JsonObject { ["type"] = "Hostname", ["address"] = Node }),
            ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "v1.32.4", ["operatingSystem"] = OperatingSystemName() },
        };
        return node;
    }

    private static JsonObject NodeLabels() => new()
    {
        ["kubernetes.io/hostname"] = Node,
        ["kubernetes.io/os"] = OperatingSystemName(),
        ["kubernetes.io/arch"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
        ["node-role.kubernetes.io/control-plane"] = "",
    };

    private static string OperatingSystemName() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

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
            registry.Create(type, ns, content, WriteOptions.Main);
        }
    }
}
