using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Tables;

/// <summary>The columns between name and age that kubectl shows for the built-in types.</summary>
public static class BuiltInColumns
{
    public static IEnumerable<Column> Of(ResourceType type, Func<string?, string> age) => type.Resource switch
    {
        BuiltInResources.Namespaces => [new("Status", one => one.Text("status", "phase"))],
        BuiltInResources.Nodes => [new("Status", _ => "Ready"), new("Roles", _ => "control-plane"), new("Version", one => one.Text("status", "nodeInfo", "kubeletVersion"))],
        BuiltInResources.Secrets => [new("Type", one => one.Text("type")), new("Data", one => Count(one.At("data")), "integer")],
        BuiltInResources.ConfigMaps => [new("Data", one => Count(one.At("data")) + Count(one.At("binaryData")), "integer")],
        BuiltInResources.ServiceAccounts => [new("Secrets", one => Count(one.At("secrets")), "integer")],
        BuiltInResources.Pods => Pod,
        BuiltInResources.Services => Service,
        BuiltInResources.Endpoints => [new("Endpoints", one => Addresses(one))],
        BuiltInResources.Claims =>
        [
            new("Status", one => one.Text("status", "phase")),
            new("Volume", one => one.Text("spec", "volumeName") ?? ""),
            new("Capacity", one => one.Text("status", "capacity", "storage") ?? ""),
            new("Access Modes", one => string.Join(",", one.Texts("spec", "accessModes")).Replace("ReadWriteOnce", "RWO", StringComparison.Ordinal)),
            new("StorageClass", one => one.Text("spec", "storageClassName") ?? ""),
        ],
        BuiltInResources.Deployments =>
        [
            new("Ready", one => $"{one.Number("status", "readyReplicas") ?? 0}/{one.Number("spec", "replicas") ?? 0}"),
            new("Up-to-date", one => one.Number("status", "updatedReplicas") ?? 0, "integer"),
            new("Available", one => one.Number("status", "availableReplicas") ?? 0, "integer"),
        ],
        BuiltInResources.StatefulSets => [new("Ready", one => $"{one.Number("status", "readyReplicas") ?? 0}/{one.Number("spec", "replicas") ?? 0}")],
        BuiltInResources.Ingresses =>
        [
            new("Class", one => one.Text("spec", "ingressClassName") ?? "<none>"),
            new("Hosts", one => one.Objects("spec", "rules").Select(rule => rule.Text("host")).FirstOrDefault(host => host is not null) ?? "*"),
            new("Address", one => one.Objects("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip") ?? ""),
            new("Ports", one => string.Join(",", one.Objects("status", "loadBalancer", "ingress").SelectMany(at => at.Objects("ports")).Select(port => port.Number("port"))) is { Length: > 0 } ports ? ports : "80"),
        ],
        BuiltInResources.DisruptionBudgets => [new("Min Available", _ => "N/A"), new("Max Unavailable", one => one.At("spec", "maxUnavailable")?.ToString() ?? "N/A")],
        BuiltInResources.CustomResourceDefinitions => [new("Created At", one => one.Text("metadata", "creationTimestamp"))],
        BuiltInResources.StorageClasses => [new("Provisioner", one => one.Text("provisioner"))],
        BuiltInResources.Events =>
        [
            new("Last Seen", one => age(one.Text("lastTimestamp"))),
            new("Type", one => one.Text("type")),
            new("Reason", one => one.Text("reason")),
            new("Object", one => $"{one.Text("involvedObject", "kind")?.ToLowerInvariant()}/{one.Text("involvedObject", "name")}"),
            new("Message", one => one.Text("message")),
        ],
        _ => [],
    };

    private static IEnumerable<Column> Pod =>
    [
        new("Ready", one => $"{one.Objects("status", "containerStatuses").Count(status => status.Flag("ready"))}/{one.Objects("spec", "containers").Count()}"),
        new("Status", one => PodStatus(one)),
        new("Restarts", one => one.Objects("status", "containerStatuses").Sum(status => status.Number("restartCount") ?? 0), "integer"),
        new("IP", one => one.Text("status", "podIP") ?? "<none>", Priority: 1),
        new("Node", one => one.Text("spec", "nodeName") ?? "<none>", Priority: 1),
    ];

    private static IEnumerable<Column> Service =>
    [
        new("Type", one => one.Text("spec", "type")),
        new("Cluster-IP", one => one.Text("spec", "clusterIP")),
        new("External-IP", _ => "<none>"),
        new("Port(s)", one => string.Join(",", one.Objects("spec", "ports").Select(port => $"{port.Number("port")}/{port.Text("protocol")}"))),
        new("Selector", one => string.Join(",", one.TextMap("spec", "selector").Select(label => $"{label.Key}={label.Value}")), Priority: 1),
    ];

    private static int Count(JsonNode? node) => node switch { JsonObject map => map.Count, JsonArray list => list.Count, _ => 0 };

    private static string PodStatus(JsonObject pod)
    {
        if (pod.At("metadata", "deletionTimestamp") is not null)
        {
            return "Terminating";
        }

        var waiting = pod.Objects("status", "containerStatuses").Select(status => status.Text("state", "waiting", "reason")).FirstOrDefault(reason => reason is not null);
        return waiting ?? pod.Text("status", "phase") ?? "Unknown";
    }

    private static string Addresses(JsonObject endpoints)
    {
        var all = endpoints.Objects("subsets").SelectMany(subset => subset.Objects("addresses").SelectMany(address =>
            subset.Objects("ports").Select(port => $"{address.Text("ip")}:{port.Number("port")}"))).ToList();
        return all.Count == 0 ? "<none>" : string.Join(",", all.Take(3)) + (all.Count > 3 ? $" + {all.Count - 3} more..." : "");
    }
}
