using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the API server fills into what is written, before anything is asked about it.</summary>
public static class Defaults
{
    public static void Apply(ResourceType type, JsonObject given)
    {
        var spec = given.At("spec") as JsonObject;
        switch (type.Resource)
        {
            case BuiltInResources.Namespaces:
                given.Ensure("metadata", "labels")["kubernetes.io/metadata.name"] = given.Text("metadata", "name");
                break;
            case BuiltInResources.Secrets:
                Secret(given);
                break;
            case BuiltInResources.Services:
                Service(given.Ensure("spec"));
                break;
            case BuiltInResources.Pods:
                PodDefaults.Pod(given);
                break;
            case BuiltInResources.Deployments:
                WorkloadDefaults.Deployment(given.Ensure("spec"));
                WorkloadDefaults.Template(given.Ensure("spec"));
                break;
            case BuiltInResources.StatefulSets:
                WorkloadDefaults.StatefulSet(given.Ensure("spec"));
                WorkloadDefaults.Template(given.Ensure("spec"));
                break;
            case BuiltInResources.ReplicaSets:
                given.Ensure("spec")["replicas"] ??= 1;
                WorkloadDefaults.Template(given.Ensure("spec"));
                break;
            case BuiltInResources.Jobs:
                WorkloadDefaults.Job(given.Ensure("spec"));
                WorkloadDefaults.Template(given.Ensure("spec"));
                break;
            case BuiltInResources.Claims:
                given.Ensure("spec")["volumeMode"] ??= "Filesystem";
                break;
            case BuiltInResources.Volumes:
                given.Ensure("spec")["persistentVolumeReclaimPolicy"] ??= "Retain";
                given.Ensure("spec")["volumeMode"] ??= "Filesystem";
                break;
            case BuiltInResources.StorageClasses:
                given["reclaimPolicy"] ??= "Delete";
                given["volumeBindingMode"] ??= "Immediate";
                break;
            case BuiltInResources.PriorityClasses:
                given["value"] ??= 0;
                given["preemptionPolicy"] ??= "PreemptLowerPriority";
                break;
            case BuiltInResources.LimitRanges:
                LimitRange(given);
                break;
            case BuiltInResources.NetworkPolicies when spec is not null:
                NetworkPolicy(spec);
                break;
            case Authorizer.RoleBindings or Authorizer.ClusterRoleBindings:
                Binding(given);
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

    private static void Secret(JsonObject given)
    {
        given["type"] ??= "Opaque";
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

    private static void Service(JsonObject spec)
    {
        spec["type"] ??= "ClusterIP";
        spec["sessionAffinity"] ??= "None";
        if (spec.Text("sessionAffinity") == "ClientIP")
        {
            spec.Ensure("sessionAffinityConfig", "clientIP")["timeoutSeconds"] ??= 10800;
        }

        if (spec.Text("type") is "NodePort" or "LoadBalancer")
        {
            spec["externalTrafficPolicy"] ??= "Cluster";
        }

        if (spec.Text("type") is "NodePort" or "LoadBalancer" or "ClusterIP")
        {
            spec["internalTrafficPolicy"] ??= "Cluster";
        }

        if (spec.Text("type") == "LoadBalancer")
        {
            spec["allocateLoadBalancerNodePorts"] ??= true;
        }

        foreach (var port in spec.Objects("ports"))
        {
            port["protocol"] ??= "TCP";
            if (port.At("targetPort") is null || port.Text("targetPort") is "" || port.Number("targetPort") is 0)
            {
                port["targetPort"] = port.Number("port") ?? 0;
            }
        }
    }

    /// <summary>What a container may have at most is what it gets, and what it gets is what it asks for, if nothing else is said.</summary>
    private static void LimitRange(JsonObject given)
    {
        foreach (var limit in given.Objects("spec", "limits").Where(limit => limit.Text("type") == "Container"))
        {
            foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")])
            {
                foreach (var (name, amount) in (limit.At(from) as JsonObject)?.ToList() ?? [])
                {
                    limit.Ensure(to)[name] ??= amount?.DeepClone();
                }
            }
        }
    }

    private static void NetworkPolicy(JsonObject spec)
    {
        spec["policyTypes"] ??= spec.At("egress") is null ? new JsonArray("Ingress") : new JsonArray("Ingress", "Egress");
        foreach (var port in ((string[])["ingress", "egress"]).SelectMany(way => spec.Objects(way)).SelectMany(rule => rule.Objects("ports")))
        {
            port["protocol"] ??= "TCP";
        }
    }

    private static void Binding(JsonObject given)
    {
        if (given.At("roleRef") is JsonObject role && role.Text("apiGroup") is null or "")
        {
            given.Ensure("roleRef")["apiGroup"] = Authorizer.Group;
        }

        foreach (var subject in given.Objects("subjects").Where(subject => subject.Text("kind") is "User" or "Group"))
        {
            subject["apiGroup"] ??= Authorizer.Group;
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
