using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>Fields that stay as they were created.</summary>
public static class Immutability
{
    private const string WhenImmutable = "field is immutable when `immutable` is set";
    private const string StatefulSet = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    private const string Pod = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private static readonly string[] StatefulSetFields = ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "revisionHistoryLimit"];
    private static readonly string[] PodFields = ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"];

    public static void Check(ResourceType type, JsonObject next, JsonObject live)
    {
        List<FieldError> errors = [.. Finalizers(next, live), .. Find(type, next, live)];
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(type.Kind, type.Group, next.Text("metadata", "name")!, errors);
        }
    }

    private static IEnumerable<FieldError> Finalizers(JsonObject next, JsonObject live)
    {
        string[] added = live.At("metadata", "deletionTimestamp") is null ? [] : [.. next.Texts("metadata", "finalizers").Except(live.Texts("metadata", "finalizers"))];
        return added.Length == 0 ? [] : [FieldError.Forbidden("metadata.finalizers",
            $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(name => $"\"{name}\""))}}}")];
    }

    private static IEnumerable<FieldError> Find(ResourceType type, JsonObject next, JsonObject live)
    {
        switch (type.Resource)
        {
            case BuiltInResources.Secrets or BuiltInResources.ConfigMaps when live.Flag("immutable"):
                if (!next.Flag("immutable"))
                {
                    yield return FieldError.Forbidden("immutable", WhenImmutable);
                }

                foreach (var field in ((string[])["data", "binaryData"]).Where(field => Differ(next, live, field)))
                {
                    yield return FieldError.Forbidden(field, WhenImmutable);
                }

                break;
            case BuiltInResources.Deployments or BuiltInResources.ReplicaSets when Differ(next, live, "spec", "selector"):
                yield return FieldError.Immutable("spec.selector", Selector(next.At("spec", "selector")));
                break;
            case BuiltInResources.StatefulSets when !Same(next, live, StatefulSetFields):
                yield return FieldError.Forbidden("spec", StatefulSet);
                break;
            case BuiltInResources.Jobs when Differ(next, live, "spec", "template"):
                yield return FieldError.Immutable("spec.template", "core.PodTemplateSpec{...}");
                break;
            case BuiltInResources.Claims when !Same(next, live, ["resources", "volumeName", "volumeAttributesClassName"]):
                yield return FieldError.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
                break;
            case BuiltInResources.Pods when !Same(next, live, PodFields):
                yield return FieldError.Forbidden("spec", Pod);
                break;
            case BuiltInResources.Services when live.Text("spec", "type") != "ExternalName" && next.Text("spec", "type") != "ExternalName" && Differ(next, live, "spec", "clusterIP"):
                yield return new FieldError("FieldValueInvalid", "spec.clusterIPs[0]", $"Invalid value: [\"{next.Text("spec", "clusterIP")}\"]: may not change once set");
                break;
            case Authorizer.RoleBindings or Authorizer.ClusterRoleBindings when Differ(next, live, "roleRef"):
                var role = next.At("roleRef");
                yield return new FieldError("FieldValueInvalid", "roleRef",
                    $"Invalid value: rbac.RoleRef{{APIGroup:\"{role.Text("apiGroup")}\", Kind:\"{role.Text("kind")}\", Name:\"{role.Text("name")}\"}}: cannot change roleRef");
                break;
            default:
                break;
        }
    }

    private static bool Differ(JsonObject next, JsonObject live, params string[] path) => !JsonNode.DeepEquals(next.At(path), live.At(path));

    /// <summary>Whether the specifications are the same but for these fields and the images of containers.</summary>
    private static bool Same(JsonObject next, JsonObject live, string[] except)
    {
        return JsonNode.DeepEquals(Rest(next), Rest(live));

        JsonObject Rest(JsonObject one)
        {
            var spec = one.At("spec")?.DeepClone() as JsonObject ?? [];
            foreach (var field in except)
            {
                spec.Remove(field);
            }

            foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
            {
                container.Remove("image");
            }

            return spec;
        }
    }

    private static string Selector(JsonNode? selector) =>
        $"v1.LabelSelector{{MatchLabels:map[string]string{{{string.Join(", ", selector.TextMap("matchLabels").Select(label => $"\"{label.Key}\":\"{label.Value}\""))}}}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}}";
}
