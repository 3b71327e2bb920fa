using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers.Workloads;

/// <summary>Whose an object is: a controller takes in what its selector matches and nobody controls, and lets go of what it no longer matches.</summary>
public sealed class Ownership(ControllerContext context)
{
    public static JsonObject? ControllerOf(JsonObject content) =>
        content.Objects("metadata", "ownerReferences").FirstOrDefault(reference => reference.Flag("controller"));

    public static bool IsControlledBy(StoredObject stored, string uid) =>
        stored.Owners.Contains(uid) && ControllerOf(stored.ToObject()).Text("uid") == uid;

    /// <summary>The objects of a resource that the owner controls now.</summary>
    public IReadOnlyList<StoredObject> Claim(StoredObject owner, string resource, JsonNode? selector, Predicate<StoredObject>? member = null)
    {
        var content = owner.ToObject();
        var wanted = LabelSelector.From(selector);
        var claimed = new List<StoredObject>();
        foreach (var stored in context.Store.List(resource, owner.Key.Namespace).Objects)
        {
            var matches = wanted.Matches(stored.Labels) && (member?.Invoke(stored) ?? true);
            if (stored.Owners.Count == 0 ? matches : stored.Owners.Contains(owner.Uid) || (matches && ControllerOf(stored.ToObject()) is null))
            {
                if (Settle(owner, content, stored, matches) is { } mine)
                {
                    claimed.Add(mine);
                }
            }
        }

        return claimed;
    }

    /// <summary>The objects of a kind that an object without a controller may belong to.</summary>
    public static IEnumerable<ObjectKey> Candidates(ObjectStore store, string resource, StoredObject orphan) =>
        store.List(resource, orphan.Key.Namespace).Objects
            .Where(stored => stored.ToObject().At("spec", "selector") is { } selector && LabelSelector.From(selector).Matches(orphan.Labels))
            .Select(stored => stored.Key);

    private StoredObject? Settle(StoredObject owner, JsonObject content, StoredObject stored, bool matches)
    {
        var controller = ControllerOf(stored.ToObject()).Text("uid");
        if (controller == owner.Uid)
        {
            return matches || owner.Deleting ? stored : Change(stored, references => [.. references.Where(reference => reference.Text("uid") != owner.Uid)], taken: false);
        }

        return controller is not null || !matches || owner.Deleting || stored.Deleting ? null
            : Change(stored, references => [.. references.Where(reference => reference.Text("uid") != owner.Uid), ObjectWriter.Reference(content)], taken: true);
    }

    private StoredObject? Change(StoredObject stored, Func<IEnumerable<JsonObject>, IEnumerable<JsonObject>> change, bool taken)
    {
        try
        {
            context.Registry.Update(context.Type(stored.Key.Resource), stored.Key.Namespace, stored.Key.Name, live =>
            {
                if (live.Text("metadata", "uid") == stored.Uid)
                {
                    live.Ensure("metadata")["ownerReferences"] = change(live.Objects("metadata", "ownerReferences")).Select(reference => reference.DeepClone()).ToJsonArray();
                }

                return live;
            }, WriteOptions.Main);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            return null;
        }

        return taken ? context.Store.Find(stored.Key) : null;
    }
}
