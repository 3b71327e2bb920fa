using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator;

/// <summary>
/// The operator as a Deployment, so that clients see it where its bundle puts it. It is this process: it has no pod, and its status is
/// what <c>spec.replicas</c> says. With no replica nothing is reconciled.
/// </summary>
public static class OperatorDeployment
{
    public const string Namespace = "tempo-operator-system";
    public const string Name = "tempo-operator-controller";

    public static ObjectKey Key { get; } = new(BuiltInResources.Deployments, Namespace, Name);

    public static bool IsRunning(ObjectStore store) => store.Find(Key)?.ToObject() is not { } deployment || deployment.Number("spec", "replicas") is not 0;

    public static JsonObject Create()
    {
        JsonObject Labels() => Map(
            ("app.kubernetes.io/managed-by", "operator-lifecycle-manager"), ("app.kubernetes.io/name", "tempo-operator"),
            ("app.kubernetes.io/part-of", "tempo-operator"), ("control-plane", "controller-manager"));
        return Map(
            ("metadata", Map(("name", Name), ("labels", Labels()))),
            ("spec", Map(
                ("replicas", 1),
                ("selector", Map(("matchLabels", Labels()))),
                ("template", Map(
                    ("metadata", Map(("labels", Labels()), ("annotations", Map(("kubectl.kubernetes.io/default-container", "manager"))))),
                    ("spec", Map(
                        ("serviceAccountName", "tempo-operator-controller-manager"),
                        ("containers", List(Map(
                            ("name", "manager"),
                            ("image", $"ghcr.io/grafana/tempo-operator/tempo-operator:v{OperatorVersion.Number}"),
                            ("args", List("start")),
                            ("env", List(Image("TEMPO", OperatorVersion.TempoImage), Image("JAEGER_QUERY", OperatorVersion.JaegerQueryImage), Image("TEMPO_QUERY", OperatorVersion.TempoQueryImage),
                                Image("TEMPO_GATEWAY", OperatorVersion.GatewayImage), Image("TEMPO_GATEWAY_OPA", OperatorVersion.GatewayOpaImage), Image("OAUTH_PROXY", OperatorVersion.OauthProxyImage)))))))))))));
    }

    /// <summary>What a Deployment whose pods all run would say.</summary>
    public static JsonObject Status(JsonObject deployment, string now)
    {
        var (replicas, since) = (deployment.Number("spec", "replicas") ?? 1, deployment.Text("metadata", "creationTimestamp") ?? now);
        return Map(
            ("observedGeneration", deployment.Number("metadata", "generation")),
            ("replicas", replicas), ("updatedReplicas", replicas), ("readyReplicas", replicas), ("availableReplicas", replicas),
            ("conditions", List(
                Condition("Available", replicas > 0, replicas > 0 ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                    replicas > 0 ? "Deployment has minimum availability." : "Deployment does not have minimum availability."),
                Condition("Progressing", true, "NewReplicaSetAvailable", $"Deployment \"{Name}\" has successfully progressed."))));

        JsonObject Condition(string type, bool status, string reason, string message) => Map(
            ("type", type), ("status", status ? "True" : "False"), ("reason", reason), ("message", message),
            ("lastUpdateTime", Since(type, status)), ("lastTransitionTime", Since(type, status)));

        string Since(string type, bool status) =>
            deployment.Objects("status", "conditions").FirstOrDefault(one => one.Text("type") == type && one.Text("status") == (status ? "True" : "False"))
                .Text("lastTransitionTime") ?? (type == "Progressing" ? since : now);
    }

    private static JsonObject Image(string name, string image) => Map(("name", "RELATED_IMAGE_" + name), ("value", image));
}
