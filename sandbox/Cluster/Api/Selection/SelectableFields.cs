using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Selection;

/// <summary>The fields by which objects can be selected: of every kind its names, of some a few more.</summary>
public static class SelectableFields
{
    private static readonly string[] Names = ["metadata.name", "metadata.namespace"];

    private static readonly Dictionary<string, string[]> More = new()
    {
        [BuiltInResources.Pods] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"],
        [BuiltInResources.Events] = [.. About("involvedObject"), "reason", "reportingComponent", "source", "type"],
        [$"{BuiltInResources.Events}.{EventView.Group}"] = [.. About("regarding"), "reason", "reportingController", "type"],
        [BuiltInResources.Secrets] = ["type"],
        [BuiltInResources.Services] = ["spec.clusterIP", "spec.type"],
        [BuiltInResources.Namespaces] = ["status.phase"],
        [BuiltInResources.Nodes] = ["spec.unschedulable"],
        [BuiltInResources.ReplicaSets] = ["status.replicas"],
        [BuiltInResources.Jobs] = ["status.successful"],
    };

    public static void Check(ResourceType type, string field)
    {
        if (Names.Contains(field) || More.GetValueOrDefault(type.Resource)?.Contains(field) == true)
        {
            return;
        }

        throw ApiException.BadRequest(More.ContainsKey(type.Resource) || !BuiltInResources.Types.Contains(type)
            ? $"field label not supported: {field}"
            : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }

    private static string[] About(string reference) => [.. ((string[])["apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid"]).Select(field => $"{reference}.{field}")];
}
