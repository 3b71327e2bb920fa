using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>What a namespace that is being deleted says about what is left in it.</summary>
public static class NamespaceConditions
{
    public static JsonArray Of(IReadOnlyList<StoredObject> remaining, string now)
    {
        var kinds = remaining.GroupBy(stored => stored.Key.Resource).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{(group.Key.Contains('.', StringComparison.Ordinal) ? group.Key : group.Key + ".")} has {group.Count()} resource instances");
        var finalizers = remaining.SelectMany(stored => stored.ToObject().Texts("metadata", "finalizers")).GroupBy(one => one).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} in {group.Count()} resource instances").ToList();
        return new JsonArray(
            Condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered", now),
            Condition("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed", now),
            Condition("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization", now),
            Condition("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", kinds)}", now),
            finalizers.Count > 0
                ? Condition("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}", now)
                : Condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished", now));
    }

    /// <summary>The conditions with the times at which they became so.</summary>
    public static JsonArray Since(JsonArray conditions, JsonNode? before)
    {
        var result = (JsonArray)conditions.DeepClone();
        foreach (var condition in result.OfType<JsonObject>())
        {
            if (before.Objects().FirstOrDefault(one => one.Text("type") == condition.Text("type")) is { } old && old.Text("status") == condition.Text("status"))
            {
                condition["lastTransitionTime"] = old.Text("lastTransitionTime");
            }
        }

        return result;
    }

    private static JsonObject Condition(string type, bool holds, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = holds ? "True" : "False",
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };
}
