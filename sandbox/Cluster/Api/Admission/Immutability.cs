using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission.Kinds;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>Fields that stay as they were created.</summary>
public static class Immutability
{
    private const string IsImmutable = "field is immutable";
    private const string WhenImmutable = "field is immutable when `immutable` is set";
    private const string StatefulSet = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    private const string Pod = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private static readonly string[] StatefulSetFields = ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "revisionHistoryLimit"];
    private static readonly string[] PodFields = ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"];

    public static IEnumerable<FieldError> Find(ResourceType type, JsonObject next, JsonObject live)
    {
        var errors = new List<FieldError>();
        Finalizers(next, live, errors);
        Content(type, new Field(next, "", errors), live);
        return errors;
    }

    private static void Finalizers(JsonObject next, JsonObject live, List<FieldError> errors)
    {
        string[] added = live.At("metadata", "deletionTimestamp") is null ? [] : [.. next.Texts("metadata", "finalizers").Except(live.Texts("metadata", "finalizers"))];
        if (added.Length > 0)
        {
            errors.Add(FieldError.Forbidden("metadata.finalizers",
                $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(name => $"\"{name}\""))}}}"));
        }
    }

    private static void Content(ResourceType type, Field next, JsonObject live)
    {
        var spec = next["spec"];
        switch (type.Resource)
        {
            case BuiltInResources.Secrets or BuiltInResources.ConfigMaps:
                Data(next, live);
                break;
            case BuiltInResources.Deployments or BuiltInResources.ReplicaSets:
                Keeps(spec["selector"], live.At("spec", "selector"));
                break;
            case BuiltInResources.StatefulSets when !Same(spec.Value, live.At("spec"), StatefulSetFields):
                spec.Forbidden(StatefulSet);
                break;
            case BuiltInResources.Jobs:
                foreach (var field in (string[])["selector", "template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex"])
                {
                    Keeps(spec[field], live.At("spec", field));
                }

                if (spec["completionMode"].Text != "Indexed")
                {
                    Keeps(spec["completions"], live.At("spec", "completions"));
                }

                break;
            case BuiltInResources.Claims:
                Claim(spec, live);
                break;
            case BuiltInResources.Pods when ((string[])["containers", "initContainers"]).FirstOrDefault(list => spec[list].Items.Count != live.Objects("spec", list).Count()) is { } changed:
                spec[changed].Forbidden("pod updates may not add or remove containers");
                break;
            case BuiltInResources.Pods when !Same(spec.Value, live.At("spec"), PodFields):
                spec.Forbidden(Pod);
                break;
            case BuiltInResources.Services when live.Text("spec", "type") != "ExternalName" && spec["type"].Text != "ExternalName" && spec["clusterIP"].Text != live.Text("spec", "clusterIP"):
                new Field(new JsonArray(spec["clusterIP"].Text), "spec.clusterIPs[0]", next.Errors).Invalid("may not change once set");
                break;
            case Authorizer.RoleBindings or Authorizer.ClusterRoleBindings when !JsonNode.DeepEquals(next["roleRef"].Value, live.At("roleRef")):
                var role = next["roleRef"];
                role.Showing(new JsonObject { ["APIGroup"] = role["apiGroup"].Text, ["Kind"] = role["kind"].Text, ["Name"] = role["name"].Text }).Invalid("cannot change roleRef");
                break;
            case BuiltInResources.PriorityClasses:
                if (next["value"].Number != live.Number("value"))
                {
                    next["value"].Forbidden("may not be changed in an update.");
                }

                Keeps(next["preemptionPolicy"], live.At("preemptionPolicy"));
                break;
            case BuiltInResources.StorageClasses:
                foreach (var field in (string[])["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"])
                {
                    Keeps(next[field], live.At(field));
                }

                break;
            default:
                break;
        }
    }

    private static void Data(Field next, JsonObject live)
    {
        Keeps(next["type"], live.At("type"));
        if (!live.Flag("immutable"))
        {
            return;
        }

        if (!next.Value.Flag("immutable"))
        {
            next["immutable"].Forbidden(WhenImmutable);
        }

        foreach (var field in ((string[])["data", "binaryData"]).Where(field => !JsonNode.DeepEquals(next[field].Value, live.At(field))))
        {
            next[field].Forbidden(WhenImmutable);
        }
    }

    /// <summary>A claim is given its volume once, and can grow once it has one.</summary>
    private static void Claim(Field spec, JsonObject live)
    {
        var isBound = live.Text("status", "phase") == "Bound";
        List<string> free = [.. live.Text("spec", "volumeName") is null or "" ? ["volumeName"] : (string[])[], .. isBound ? ["resources", "volumeAttributesClassName"] : (string[])[]];
        if (live.Text("spec", "storageClassName") is null)
        {
            free.Add("storageClassName");
        }

        if (!Same(spec.Value, live.At("spec"), free))
        {
            spec.Forbidden("spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }

        var asked = Quantity.Parse(spec["resources"]["requests"]["storage"].Value).Value;
        if (asked < Quantity.Parse(live.At("spec", "resources", "requests", "storage")).Value && asked <= Quantity.Parse(live.At("status", "capacity", "storage")).Value)
        {
            spec["resources"]["requests"]["storage"].Forbidden("field can not be less than status.capacity");
        }
    }

    private static void Keeps(Field field, JsonNode? before)
    {
        if (!JsonNode.DeepEquals(field.Value, before))
        {
            field.Invalid(IsImmutable);
        }
    }

    /// <summary>Whether the specifications are the same but for these fields and the images of containers.</summary>
    private static bool Same(JsonNode? next, JsonNode? live, IEnumerable<string> except)
    {
        return JsonNode.DeepEquals(Rest(next), Rest(live));

        JsonObject Rest(JsonNode? one)
        {
            var spec = one?.DeepClone() as JsonObject ?? [];
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
}
