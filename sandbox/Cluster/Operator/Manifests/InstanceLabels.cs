using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>Labels of what belongs to an instance; <paramref name="Application"/> is tempo or tempo-monolithic.</summary>
public sealed record InstanceLabels(string Application, string Instance)
{
    public const string ManagedByKey = "app.kubernetes.io/managed-by";
    public const string InstanceKey = "app.kubernetes.io/instance";
    public const string ComponentKey = "app.kubernetes.io/component";
    public const string NameKey = "app.kubernetes.io/name";
    public const string NamespaceKey = "app.kubernetes.io/namespace";
    public const string Operator = "tempo-operator";

    public JsonObject Common() => Map((InstanceKey, Instance), (ManagedByKey, Operator), (NameKey, Application));

    public JsonObject Of(string component)
    {
        var labels = Common();
        labels[ComponentKey] = component;
        return labels;
    }

    /// <summary>Of what has no namespace, so that it is found when the instance goes.</summary>
    public JsonObject ClusterWide(string component, string ns)
    {
        var labels = Of(component);
        labels[NamespaceKey] = ns;
        return labels;
    }

    public JsonObject Metadata(string component, string labelledAs, JsonNode? annotations = null) =>
        Map(("name", Naming.Name(component, Instance)), ("labels", Of(labelledAs)), ("annotations", annotations));
}
