using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.StatefulSets;

/// <summary>The history of a StatefulSet's template as ControllerRevisions: which one its pods had, and which one they are to have.</summary>
public sealed class Revisions(ControllerContext context, Ownership ownership)
{
    public const string Label = "controller-revision-hash";

    public (JsonObject Current, JsonObject Update) Of(StatefulSetView set)
    {
        var all = All(set);
        var data = Data(set);
        var equal = all.LastOrDefault(revision => PodTemplate.AreEqual(Template(revision), data.At("spec", "template"), Label));
        var next = (all.Count == 0 ? 0 : all[^1].Number("revision") ?? 0) + 1;
        var update = equal is null ? Create(set, data, next)
            : equal == all[^1] ? equal
            : context.Registry.Update(context.Type(BuiltInResources.ControllerRevisions), set.Namespace, equal.Text("metadata", "name")!, live =>
            {
                // An older template again: it becomes the latest.
                live["revision"] = next;
                return live;
            }, WriteOptions.Main);
        var current = all.Find(revision => revision.Text("metadata", "name") == set.Content.Text("status", "currentRevision"));
        return (current ?? update, update);
    }

    public static JsonNode? Template(JsonObject revision) => revision.At("data", "spec", "template");

    /// <summary>Forgets the oldest that no pod has, beyond those to be remembered.</summary>
    public void Truncate(StatefulSetView set, IEnumerable<string?> inUse)
    {
        var live = inUse.ToHashSet();
        var past = All(set).Where(revision => !live.Contains(revision.Text("metadata", "name"))).ToList();
        foreach (var revision in past.Take((int)Math.Max(0, past.Count - set.HistoryLimit)))
        {
            context.Writer.Delete(new ObjectKey(BuiltInResources.ControllerRevisions, set.Namespace, revision.Text("metadata", "name")!), revision.Text("metadata", "uid"));
        }
    }

    private List<JsonObject> All(StatefulSetView set) =>
    [
        .. ownership.Claim(set.Stored, BuiltInResources.ControllerRevisions, set.Content.At("spec", "selector")).Select(stored => stored.ToObject())
            .OrderBy(revision => revision.Number("revision") ?? 0),
    ];

    /// <summary>What <c>kubectl rollout undo</c> merges into the set: the template, in place of the one that is there.</summary>
    private static JsonObject Data(StatefulSetView set)
    {
        var template = set.Template?.DeepClone() as JsonObject ?? [];
        template["$patch"] = "replace";
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = template } };
    }

    private JsonObject Create(StatefulSetView set, JsonObject data, long number)
    {
        var collisions = 0L;
        string name;
        do
        {
            name = $"{set.Name}-{PodTemplate.Hash(data, collisions++)}";
        }
        while (context.Store.Find(new ObjectKey(BuiltInResources.ControllerRevisions, set.Namespace, name)) is not null);

        var labels = set.Template.At("metadata", "labels")?.DeepClone() as JsonObject ?? [];
        labels[Label] = name[(set.Name.Length + 1)..];
        return context.Registry.Create(context.Type(BuiltInResources.ControllerRevisions), set.Namespace, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels, ["ownerReferences"] = new JsonArray(ObjectWriter.Reference(set.Content)) },
            ["data"] = data,
            ["revision"] = number,
        }, WriteOptions.Main);
    }
}
