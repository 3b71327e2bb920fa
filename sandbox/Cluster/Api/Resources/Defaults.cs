using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the API server fills in, and the few checks that clients of this cluster rely on.</summary>
public static class Defaults
{
    public static void Apply(ResourceType type, JsonObject given, JsonObject? live)
    {
        switch (type.Resource)
        {
            case BuiltInResources.Namespaces:
                Namespace(given);
                break;
            case BuiltInResources.Secrets:
                Secret(given, live);
                break;
            case BuiltInResources.Services:
                Service(given, live);
                break;
            case BuiltInResources.Pods:
                PodSpec(given.Ensure("spec"));
                given.Ensure("status")["phase"] ??= "Pending";
                break;
            case BuiltInResources.Deployments:
                Workload(type, given);
                WorkloadDefaults.Deployment(given.Ensure("spec"));
                break;
            case BuiltInResources.StatefulSets:
                Workload(type, given);
                WorkloadDefaults.StatefulSet(given.Ensure("spec"));
                break;
            case BuiltInResources.ReplicaSets:
                Workload(type, given);
                break;
            case BuiltInResources.Jobs:
                WorkloadDefaults.Job(given, live);
                PodSpec(given.Ensure("spec", "template", "spec"));
                break;
            case BuiltInResources.Claims:
                given.Ensure("spec")["volumeMode"] ??= "Filesystem";
                given.Ensure("status")["phase"] ??= "Pending";
                break;
            case BuiltInResources.MutatingWebhooks or BuiltInResources.ValidatingWebhooks:
                Webhooks(type, given);
                break;
            case BuiltInResources.CustomResourceDefinitions:
                Definition(given);
                break;
            default:
                break;
        }
    }

    private static void Namespace(JsonObject given)
    {
        given.Ensure("metadata", "labels")["kubernetes.io/metadata.name"] = given.Text("metadata", "name");
        given.Ensure("spec")["finalizers"] ??= new JsonArray("kubernetes");
        given.Ensure("status")["phase"] ??= "Active";
    }

    private static void Secret(JsonObject given, JsonObject? live)
    {
        var name = given.Text("metadata", "name")!;
        given["type"] ??= "Opaque";
        if (live is not null && live.Text("type") != given.Text("type"))
        {
            throw ApiException.Invalid("Secret", "", name, FieldError.InvalidValue("type", given.Text("type")!, "field is immutable"));
        }

        if (given.At("stringData") is JsonObject plain)
        {
            foreach (var (key, value) in plain)
            {
                given.Ensure("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
            }
        }

        given.Remove("stringData");
        foreach (var (_, value) in given.At("data") as JsonObject ?? [])
        {
            if (value is not null && (value.Text() is not { } text || !Convert.TryFromBase64String(text, new byte[text.Length], out _)))
            {
                throw ApiException.BadRequest("Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 0");
            }
        }
    }

    private static void Service(JsonObject given, JsonObject? live)
    {
        var spec = given.Ensure("spec");
        spec["type"] ??= "ClusterIP";
        spec["sessionAffinity"] ??= "None";
        if (spec.Text("type") != "ExternalName")
        {
            spec["clusterIP"] ??= live.Text("spec", "clusterIP");
            spec["clusterIPs"] ??= new JsonArray(spec.Text("clusterIP"));
        }

        foreach (var port in spec.Objects("ports"))
        {
            port["protocol"] ??= "TCP";
            if (port.At("targetPort") is null)
            {
                port["targetPort"] = port.Number("port");
            }
        }
    }

    private static void Workload(ResourceType type, JsonObject given)
    {
        var spec = given.Ensure("spec");
        if (spec.At("selector") is null)
        {
            throw ApiException.Invalid(type.Kind, type.Group, given.Text("metadata", "name")!, FieldError.Required("spec.selector"));
        }

        if (!Selection.LabelSelector.From(spec.At("selector")).Matches(spec.TextMap("template", "metadata", "labels")))
        {
            throw ApiException.Invalid(type.Kind, type.Group, given.Text("metadata", "name")!,
                new FieldError("FieldValueInvalid", "spec.template.metadata.labels", "Invalid value: `selector` does not match template `labels`"));
        }

        spec["replicas"] ??= 1;
        PodSpec(spec.Ensure("template", "spec"));
    }

    private static void PodSpec(JsonObject spec)
    {
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 5;
        spec["serviceAccountName"] ??= "default";
        foreach (var container in spec.Objects("containers"))
        {
            foreach (var port in container.Objects("ports"))
            {
                port["protocol"] ??= "TCP";
            }
        }
    }

    private static void Webhooks(ResourceType type, JsonObject given)
    {
        foreach (var webhook in given.Objects("webhooks"))
        {
            webhook["failurePolicy"] ??= "Fail";
            webhook["matchPolicy"] ??= "Equivalent";
            webhook["timeoutSeconds"] ??= 10;
            webhook["namespaceSelector"] ??= new JsonObject();
            webhook["objectSelector"] ??= new JsonObject();
            if (type.Resource == BuiltInResources.MutatingWebhooks)
            {
                webhook["reinvocationPolicy"] ??= "Never";
            }

            foreach (var rule in webhook.Objects("rules"))
            {
                rule["scope"] ??= "*";
            }

            if (webhook.At("clientConfig", "service") is JsonObject service)
            {
                service["port"] ??= 443;
            }
        }
    }

    private static void Definition(JsonObject given)
    {
        var names = given.Ensure("spec", "names");
        if (given.At("metadata", "deletionTimestamp") is null && !given.Texts("metadata", "finalizers").Contains(CustomResourceCleanup.Finalizer))
        {
            var finalizers = given.At("metadata", "finalizers") as JsonArray ?? [];
            finalizers.Add(CustomResourceCleanup.Finalizer);
            given.Ensure("metadata")["finalizers"] = finalizers.DeepClone();
        }

        names["listKind"] ??= names.Text("kind") + "List";
        names["singular"] ??= names.Text("kind")?.ToLowerInvariant();
        var created = given.Text("metadata", "creationTimestamp");
        given.Ensure("status")["acceptedNames"] ??= names.DeepClone();
        given.Ensure("status")["storedVersions"] ??= given.Objects("spec", "versions").Select(version => (JsonNode?)version.Text("name")).ToJsonArray();
        given.Ensure("status")["conditions"] ??= new JsonArray(
            new JsonObject { ["type"] = "NamesAccepted", ["status"] = "True", ["reason"] = "NoConflicts", ["message"] = "no conflicts found", ["lastTransitionTime"] = created },
            new JsonObject { ["type"] = "Established", ["status"] = "True", ["reason"] = "InitialNamesAccepted", ["message"] = "the initial names have been accepted", ["lastTransitionTime"] = created });
    }
}
