using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Startup;

/// <summary>
/// Fills this version's defaults into what an older version stored, as an API server does whenever it reads: a new default is no change, so that nothing rolls
/// because of it, and no field that may not change seems to have changed.
/// </summary>
public sealed class StoredDefaults(ObjectStore store)
{
    public void Complete()
    {
        foreach (var type in BuiltInResources.Types)
        {
            Complete(type.Resource, content => Defaults.Apply(type, content));
        }

        Complete(BuiltInResources.ControllerRevisions, revision =>
        {
            if (revision.At("data", "spec") is JsonObject spec && spec.At("template") is JsonObject)
            {
                WorkloadDefaults.Template(spec);
            }
        });
    }

    private void Complete(string resource, Action<JsonObject> fill)
    {
        foreach (var stored in store.List(resource).Objects)
        {
            var (before, after) = (stored.ToObject(), stored.ToObject());
            try
            {
                fill(after);
            }
            catch (ApiException)
            {
                continue; // Nobody could write it today; as it is, it can still be read and deleted.
            }

            if (!JsonNode.DeepEquals(before, after))
            {
                store.TryPut(stored.Key, after, stored.Version);
            }
        }
    }
}
