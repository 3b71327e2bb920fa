using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Changes;

/// <summary>The JSON merge patch (RFC 7396) that makes one object of another.</summary>
internal static class MergePatch
{
    public static JsonObject Between(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var (key, _) in before.Where(member => !after.ContainsKey(member.Key)))
        {
            patch[key] = null;
        }

        foreach (var (key, value) in after)
        {
            if (value is JsonObject now && before[key] is JsonObject was)
            {
                if (Between(was, now) is { Count: > 0 } inner)
                {
                    patch[key] = inner;
                }
            }
            else if (!before.ContainsKey(key) || !JsonNode.DeepEquals(before[key], value))
            {
                patch[key] = value?.DeepClone();
            }
        }

        return patch;
    }
}
