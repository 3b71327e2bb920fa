using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Volumes;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.StatefulSets;

/// <summary>The pods of a StatefulSet with names of their own, and the claims that have these names too and stay when the pods go.</summary>
public sealed class StatefulPods(ControllerContext context)
{
    private const string Component = "statefulset-controller";

    /// <summary>Whether a claim of this pod is about to go, so that no pod is put on it.</summary>
    public bool HasLeavingClaim(StatefulSetView set, string pod) => set.Claims
        .Any(template => context.Store.Find(new ObjectKey(BuiltInResources.Claims, set.Namespace, set.Claim(template, pod))) is { Deleting: true });

    public void Create(StatefulSetView set, long ordinal, JsonNode? template, string revision)
    {
        var name = set.Pod(ordinal);
        try
        {
            EnsureClaims(set, name);
            context.Registry.Create(context.Type(BuiltInResources.Pods), set.Namespace, Pod(set, ordinal, template, revision), WriteOptions.Main);
            Tell(set, warning: false, "SuccessfulCreate", $"create Pod {name} in StatefulSet {set.Name} successful");
        }
        catch (ApiException refused)
        {
            Tell(set, warning: true, "FailedCreate", $"create Pod {name} in StatefulSet {set.Name} failed error: {refused.Message}");
            throw;
        }
    }

    public void Delete(StatefulSetView set, StoredObject pod)
    {
        context.Writer.Delete(pod.Key, pod.Uid);
        Tell(set, warning: false, "SuccessfulDelete", $"delete Pod {pod.Key.Name} in StatefulSet {set.Name} successful");
    }

    public void EnsureClaims(StatefulSetView set, string pod)
    {
        foreach (var template in set.Claims)
        {
            var name = set.Claim(template, pod);
            if (context.Store.Find(new ObjectKey(BuiltInResources.Claims, set.Namespace, name)) is not null)
            {
                continue;
            }

            var labels = template.At("metadata", "labels")?.DeepClone() as JsonObject ?? [];
            foreach (var (label, value) in set.Content.TextMap("spec", "selector", "matchLabels"))
            {
                labels[label] = value;
            }

            var metadata = new JsonObject { ["name"] = name, ["labels"] = labels, ["finalizers"] = new JsonArray(ClaimController.Protection) };
            if (template.At("metadata", "annotations") is { } annotations)
            {
                metadata["annotations"] = annotations.DeepClone();
            }

            context.Registry.Create(context.Type(BuiltInResources.Claims), set.Namespace, new JsonObject { ["metadata"] = metadata, ["spec"] = template.At("spec")?.DeepClone() }, WriteOptions.Main);
            Tell(set, warning: false, "SuccessfulCreate", $"create Claim {name} Pod {pod} in StatefulSet {set.Name} success");
        }
    }

    /// <summary>Makes the set, or the pod that a smaller set no longer has, the owner of a pod's claims, where they are to go with it.</summary>
    public void Retain(StatefulSetView set, string podName, StoredObject? condemned)
    {
        foreach (var template in set.Claims)
        {
            if (context.Store.Find(new ObjectKey(BuiltInResources.Claims, set.Namespace, set.Claim(template, podName))) is not { Deleting: false } claim)
            {
                continue;
            }

            // Only references that this controller makes are looked at: to this set, and to pods of this name.
            bool IsOurs(JsonObject reference) => reference.Text("uid") == set.Stored.Uid || (reference.Text("kind") == "Pod" && reference.Text("name") == podName);
            var references = new List<JsonNode>();
            if (set.DeletesClaimsWithSet && (condemned is null || !set.DeletesClaimsWithScale))
            {
                references.Add(Reference(set.Content));
            }

            if (set.DeletesClaimsWithScale && condemned is not null)
            {
                references.Add(Reference(condemned.ToObject()));
            }

            if (references.Count == 0 && claim.Owners.Count == 0)
            {
                continue;
            }

            context.Registry.Update(context.Type(BuiltInResources.Claims), claim.Key.Namespace, claim.Key.Name, live =>
            {
                var next = live.Objects("metadata", "ownerReferences").Where(reference => !IsOurs(reference)).Select(reference => reference.DeepClone())
                    .Concat(references.Select(reference => reference.DeepClone())).ToJsonArray();
                if (next.Count > 0 || live.Objects("metadata", "ownerReferences").Any())
                {
                    live.Ensure("metadata")["ownerReferences"] = next;
                }

                return live;
            }, WriteOptions.Main);
        }
    }

    private static JsonObject Reference(JsonObject owner)
    {
        var reference = ObjectWriter.Reference(owner);
        reference.Remove("controller");
        reference.Remove("blockOwnerDeletion");
        return reference;
    }

    private static JsonObject Pod(StatefulSetView set, long ordinal, JsonNode? template, string revision)
    {
        var name = set.Pod(ordinal);
        var pod = PodTemplate.Pod(set.Content, template);
        pod.Ensure("metadata")["name"] = name;
        var labels = pod.Ensure("metadata", "labels");
        labels[Revisions.Label] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
        var spec = pod.Ensure("spec");
        spec["hostname"] = name;
        if (set.Content.Text("spec", "serviceName") is { Length: > 0 } service)
        {
            spec["subdomain"] = service;
        }

        var own = set.Claims.Select(claim => claim.Text("metadata", "name")).ToHashSet();
        spec["volumes"] = spec.Objects("volumes").Where(volume => !own.Contains(volume.Text("name"))).Select(volume => volume.DeepClone())
            .Concat(set.Claims.Select(claim => (JsonNode)new JsonObject
            {
                ["name"] = claim.Text("metadata", "name"),
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = set.Claim(claim, name) },
            })).ToJsonArray();
        return pod;
    }

    private void Tell(StatefulSetView set, bool warning, string reason, string message) => context.Events.Record(set.Content, Component, warning, reason, message);
}
