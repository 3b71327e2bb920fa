using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Tables;

/// <summary>The columns that kubectl shows for the built-in types, without name; and without age where a column of that name does not stand among them.</summary>
public static class BuiltInColumns
{
    private const string None = "<none>";

    public static IEnumerable<Column> Of(ResourceType type, Func<string?, string> age) => type.Resource switch
    {
        BuiltInResources.Namespaces => [new("Status", one => one.Text("status", "phase"))],
        BuiltInResources.Nodes =>
        [
            new("Status", one => NodeStatus(one)),
            new("Roles", one => Roles(one)),
            new("Age", one => age(one.Text("metadata", "creationTimestamp"))),
            new("Version", one => one.Text("status", "nodeInfo", "kubeletVersion")),
            new("Internal-IP", one => one.Objects("status", "addresses").FirstOrDefault(address => address.Text("type") == "InternalIP").Text("address") ?? None, Priority: 1),
            new("External-IP", one => one.Objects("status", "addresses").FirstOrDefault(address => address.Text("type") == "ExternalIP").Text("address") ?? None, Priority: 1),
            new("OS-Image", one => one.Text("status", "nodeInfo", "osImage") ?? "<unknown>", Priority: 1),
            new("Kernel-Version", one => one.Text("status", "nodeInfo", "kernelVersion") ?? "<unknown>", Priority: 1),
            new("Container-Runtime", one => one.Text("status", "nodeInfo", "containerRuntimeVersion") ?? "<unknown>", Priority: 1),
        ],
        BuiltInResources.Secrets => [new("Type", one => one.Text("type")), new("Data", one => Count(one.At("data")), "integer")],
        BuiltInResources.ConfigMaps => [new("Data", one => Count(one.At("data")) + Count(one.At("binaryData")), "integer")],
        BuiltInResources.ServiceAccounts => [new("Secrets", one => Count(one.At("secrets")), "integer")],
        BuiltInResources.Pods =>
        [
            new("Ready", one => $"{one.Objects("status", "containerStatuses").Count(status => status.Flag("ready"))}/{one.Objects("spec", "containers").Count()}"),
            new("Status", one => PodCells.Status(one)),
            new("Restarts", one => PodCells.Restarts(one, age)),
            new("IP", one => one.Text("status", "podIP") ?? None, Priority: 1),
            new("Node", one => one.Text("spec", "nodeName") ?? None, Priority: 1),
            new("Nominated Node", one => one.Text("status", "nominatedNodeName") ?? None, Priority: 1),
            new("Readiness Gates", _ => None, Priority: 1),
        ],
        BuiltInResources.Services =>
        [
            new("Type", one => one.Text("spec", "type")),
            new("Cluster-IP", one => one.Text("spec", "clusterIP") ?? None),
            new("External-IP", one => one.Text("spec", "externalName") ?? None),
            new("Port(s)", one => string.Join(",", one.Objects("spec", "ports").Select(port =>
                port.Number("nodePort") is { } node ? $"{port.Number("port")}:{node}/{port.Text("protocol")}" : $"{port.Number("port")}/{port.Text("protocol")}")) is { Length: > 0 } ports ? ports : None),
            new("Selector", one => Map(one.At("spec", "selector")), Priority: 1),
        ],
        BuiltInResources.Endpoints => [new("Endpoints", one => Addresses(one))],
        BuiltInResources.EndpointSlices =>
        [
            new("AddressType", one => one.Text("addressType")),
            new("Ports", one => string.Join(",", one.Objects("ports").Select(port => port.Number("port"))) is { Length: > 0 } ports ? ports : "<unset>"),
            new("Endpoints", one => string.Join(",", one.Objects("endpoints").SelectMany(endpoint => endpoint.Texts("addresses"))) is { Length: > 0 } all ? all : "<unset>"),
        ],
        BuiltInResources.Claims =>
        [
            new("Status", one => one.At("metadata", "deletionTimestamp") is null ? one.Text("status", "phase") : "Terminating"),
            new("Volume", one => one.Text("spec", "volumeName") ?? ""),
            new("Capacity", one => one.Text("status", "capacity", "storage") ?? ""),
            new("Access Modes", one => AccessModes(one)),
            new("StorageClass", one => one.Text("spec", "storageClassName") ?? ""),
            new("VolumeAttributesClass", _ => "<unset>"),
            new("VolumeMode", one => one.Text("spec", "volumeMode") ?? "<unset>", Priority: 1),
        ],
        BuiltInResources.Volumes =>
        [
            new("Capacity", one => one.Text("spec", "capacity", "storage") ?? ""),
            new("Access Modes", one => AccessModes(one)),
            new("Reclaim Policy", one => one.Text("spec", "persistentVolumeReclaimPolicy") ?? ""),
            new("Status", one => one.At("metadata", "deletionTimestamp") is null ? one.Text("status", "phase") ?? "" : "Terminating"),
            new("Claim", one => one.At("spec", "claimRef") is { } claim ? $"{claim.Text("namespace")}/{claim.Text("name")}" : ""),
            new("StorageClass", one => one.Text("spec", "storageClassName") ?? ""),
            new("VolumeAttributesClass", _ => "<unset>"),
            new("Reason", one => one.Text("status", "reason") ?? ""),
            new("VolumeMode", one => one.Text("spec", "volumeMode") ?? "<unset>", Priority: 1),
        ],
        BuiltInResources.Deployments =>
        [
            new("Ready", one => $"{one.Number("status", "readyReplicas") ?? 0}/{one.Number("spec", "replicas") ?? 0}"),
            new("Up-to-date", one => one.Number("status", "updatedReplicas") ?? 0, "integer"),
            new("Available", one => one.Number("status", "availableReplicas") ?? 0, "integer"),
            .. Containers,
            Selector,
        ],
        BuiltInResources.StatefulSets => [new("Ready", one => $"{one.Number("status", "readyReplicas") ?? 0}/{one.Number("spec", "replicas") ?? 0}"), .. Containers],
        BuiltInResources.ReplicaSets =>
        [
            new("Desired", one => one.Number("spec", "replicas") ?? 0, "integer"),
            new("Current", one => one.Number("status", "replicas") ?? 0, "integer"),
            new("Ready", one => one.Number("status", "readyReplicas") ?? 0, "integer"),
            .. Containers,
            Selector,
        ],
        BuiltInResources.ControllerRevisions =>
        [
            new("Controller", one => one.Objects("metadata", "ownerReferences").FirstOrDefault(owner => owner.Flag("controller")) is { } owner
                ? $"{owner.Text("kind")?.ToLowerInvariant()}.{(owner.Text("apiVersion") ?? "").Split('/')[0]}/{owner.Text("name")}" : None),
            new("Revision", one => one.Number("revision") ?? 0, "integer"),
        ],
        BuiltInResources.Jobs =>
        [
            new("Status", one => one.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("status") == "True" && condition.Text("type") is "Complete" or "Failed" or "Suspended").Text("type") ?? "Running"),
            new("Completions", one => $"{one.Number("status", "succeeded") ?? 0}/{one.Number("spec", "completions") ?? 1}"),
            new("Duration", one => Duration(one, age)),
            .. Containers,
            Selector,
        ],
        BuiltInResources.Ingresses =>
        [
            new("Class", one => one.Text("spec", "ingressClassName") ?? None),
            new("Hosts", one => string.Join(",", one.Objects("spec", "rules").Select(rule => rule.Text("host")).Where(host => host is not null)) is { Length: > 0 } hosts ? hosts : "*"),
            new("Address", one => string.Join(",", one.Objects("status", "loadBalancer", "ingress").Select(at => at.Text("ip") ?? at.Text("hostname")))),
            new("Ports", one => string.Join(",", one.Objects("status", "loadBalancer", "ingress").SelectMany(at => at.Objects("ports")).Select(port => port.Number("port"))) is { Length: > 0 } ports ? ports
                : one.Objects("spec", "tls").Any() ? "80, 443" : "80"),
        ],
        BuiltInResources.IngressClasses =>
        [
            new("Controller", one => one.Text("spec", "controller")),
            new("Parameters", one => one.At("spec", "parameters") is { } given ? $"{given.Text("kind")}.{given.Text("apiGroup")}/{given.Text("name")}" : None),
        ],
        BuiltInResources.DisruptionBudgets =>
        [
            new("Min Available", one => one.At("spec", "minAvailable")?.ToString() ?? "N/A"),
            new("Max Unavailable", one => one.At("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            new("Allowed Disruptions", one => one.Number("status", "disruptionsAllowed") ?? 0, "integer"),
        ],
        BuiltInResources.StorageClasses =>
        [
            new("Provisioner", one => one.Text("provisioner")),
            new("ReclaimPolicy", one => one.Text("reclaimPolicy") ?? "Delete"),
            new("VolumeBindingMode", one => one.Text("volumeBindingMode") ?? "Immediate"),
            new("AllowVolumeExpansion", one => one.Flag("allowVolumeExpansion")),
        ],
        BuiltInResources.PriorityClasses =>
        [
            new("Value", one => one.Number("value") ?? 0, "integer"),
            new("Global-Default", one => one.Flag("globalDefault"), "boolean"),
            new("Age", one => age(one.Text("metadata", "creationTimestamp"))),
            new("PreemptionPolicy", one => one.Text("preemptionPolicy") ?? ""),
        ],
        BuiltInResources.CustomResourceDefinitions or "roles.rbac.authorization.k8s.io" or "clusterroles.rbac.authorization.k8s.io" or "limitranges" =>
            [new("Created At", one => one.Text("metadata", "creationTimestamp"))],
        "rolebindings.rbac.authorization.k8s.io" or "clusterrolebindings.rbac.authorization.k8s.io" =>
        [
            new("Role", one => $"{one.Text("roleRef", "kind")}/{one.Text("roleRef", "name")}"),
            new("Users", one => Subjects(one, "User"), Priority: 1),
            new("Groups", one => Subjects(one, "Group"), Priority: 1),
            new("ServiceAccounts", one => Subjects(one, "ServiceAccount"), Priority: 1),
        ],
        "networkpolicies.networking.k8s.io" => [new("Pod-Selector", one => Map(one.At("spec", "podSelector", "matchLabels")))],
        "leases.coordination.k8s.io" => [new("Holder", one => one.Text("spec", "holderIdentity") ?? "")],
        "resourcequotas" => [new("Request", one => Usage(one, limits: false)), new("Limit", one => Usage(one, limits: true))],
        BuiltInResources.Events =>
        [
            new("Last Seen", one => age(one.Text("series", "lastObservedTime") ?? one.Text("lastTimestamp") ?? one.Text("firstTimestamp") ?? one.Text("eventTime"))),
            new("Type", one => one.Text("type")),
            new("Reason", one => one.Text("reason")),
            new("Object", one => $"{one.Text("involvedObject", "kind")?.ToLowerInvariant()}/{one.Text("involvedObject", "name")}"),
            new("Subobject", one => one.Text("involvedObject", "fieldPath") ?? "", Priority: 1),
            new("Source", one => one.Text("source", "component") ?? one.Text("reportingComponent") ?? "", Priority: 1),
            new("Message", one => one.Text("message")?.Trim()),
            new("First Seen", one => age(one.Text("firstTimestamp") ?? one.Text("eventTime")), Priority: 1),
            new("Count", one => one.Number("series", "count") ?? one.Number("count") ?? 1, "integer", Priority: 1),
        ],
        _ => [],
    };

    /// <summary>Whether the time of creation is shown as a date, so that no age is.</summary>
    public static bool HasAge(IEnumerable<Column> columns) => columns.Any(column => column.Name is "Age" or "Created At");

    private static IEnumerable<Column> Containers =>
    [
        new("Containers", one => string.Join(",", one.Objects("spec", "template", "spec", "containers").Select(container => container.Text("name"))), Priority: 1),
        new("Images", one => string.Join(",", one.Objects("spec", "template", "spec", "containers").Select(container => container.Text("image"))), Priority: 1),
    ];

    private static Column Selector => new("Selector", one => Map(one.At("spec", "selector", "matchLabels")), Priority: 1);

    private static int Count(JsonNode? node) => node switch { JsonObject map => map.Count, JsonArray list => list.Count, _ => 0 };

    private static string Map(JsonNode? labels) => string.Join(",", labels.TextMap().OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")) is { Length: > 0 } text ? text : None;

    private static string AccessModes(JsonObject one) => string.Join(",", one.Texts("spec", "accessModes").Select(mode => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => mode,
    }));

    private static string NodeStatus(JsonObject node) =>
        (node.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Ready").Text("status") == "True" ? "Ready" : "NotReady")
        + (node.Flag("spec", "unschedulable") ? ",SchedulingDisabled" : "");

    private static string Roles(JsonObject node)
    {
        const string prefix = "node-role.kubernetes.io/";
        var roles = node.TextMap("metadata", "labels").Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]);
        return string.Join(",", roles) is { Length: > 0 } all ? all : None;
    }

    private static string Subjects(JsonObject binding, string kind) => string.Join(", ", binding.Objects("subjects").Where(subject => subject.Text("kind") == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.Text("namespace")}/{subject.Text("name")}" : subject.Text("name")));

    private static string Duration(JsonObject job, Func<string?, string> age)
    {
        if (job.Text("status", "startTime") is not { } start)
        {
            return "";
        }

        return job.Text("status", "completionTime") is { } end
            && DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, out var from) && DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, out var until)
                ? TableWriter.Span(until - from) : age(start);
    }

    private static string Usage(JsonObject quota, bool limits) => string.Join(", ", (quota.At("status", "hard") as JsonObject ?? [])
        .Where(limit => limit.Key.StartsWith("limits.", StringComparison.Ordinal) == limits).OrderBy(limit => limit.Key, StringComparer.Ordinal)
        .Select(limit => $"{limit.Key}: {quota.At("status", "used", limit.Key) ?? "0"}/{limit.Value}"));

    private static string Addresses(JsonObject endpoints)
    {
        var all = endpoints.Objects("subsets").SelectMany(subset => subset.Objects("addresses").SelectMany(address =>
            subset.Objects("ports").Select(port => $"{address.Text("ip")}:{port.Number("port")}"))).ToList();
        return all.Count == 0 ? None : string.Join(",", all.Take(3)) + (all.Count > 3 ? $" + {all.Count - 3} more..." : "");
    }
}
