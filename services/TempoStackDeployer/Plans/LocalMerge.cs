using System.Text.Json.Nodes;
using TempoCos.TempoStackDeployer.Changes;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Plans;

/// <summary>
/// What an apply would probably give, without asking the server: what we applied before and no longer want goes, what we want comes. Lists are taken whole, and
/// defaults are not known; the server's own dry run knows better.
/// </summary>
internal static class LocalMerge
{
    public static JsonObject Of(JsonObject live, JsonObject wanted)
    {
        var result = live.DeepClone().AsObject();
        Remove(result, OwnedFields.Of(live, RunLabels.FieldManager), wanted);
        Put(result, wanted, isOperators: wanted["apiVersion"]?.ToString().StartsWith("tempo.grafana.com/", StringComparison.Ordinal) == true);
        return result;
    }

    private static void Remove(JsonObject from, JsonObject owned, JsonObject wanted)
    {
        foreach (var (key, value) in owned)
        {
            if (!wanted.TryGetPropertyValue(key, out var still))
            {
                from.Remove(key);
            }
            else if (value is JsonObject inner && still is JsonObject stillInner && from[key] is JsonObject there)
            {
                Remove(there, inner, stillInner);
            }
        }
    }

    private static void Put(JsonObject into, JsonObject wanted, bool isOperators)
    {
        foreach (var (key, value) in wanted)
        {
            if (value is JsonObject section && into[key] is JsonObject there)
            {
                Put(there, section, isOperators && key != "extraConfig");
            }
            else if (value is not null && !(isOperators && Amounts.AreSame(value, into[key])))
            {
                into[key] = value.DeepClone();
            }
        }
    }
}
