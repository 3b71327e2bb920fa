using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Operator.Configuration;

/// <summary><c>spec.extraConfig.tempo</c> over what was rendered: maps are merged, anything else takes the place of what was there.</summary>
public static class ExtraConfiguration
{
    public static void Merge(JsonObject configuration, JsonObject extra)
    {
        foreach (var (key, value) in extra)
        {
            if (value is JsonObject inner && configuration[key] is JsonObject there)
            {
                Merge(there, inner);
            }
            else if (value is not JsonArray { Count: 0 } || configuration[key] is not JsonArray)
            {
                configuration[key] = value?.DeepClone();
            }
        }
    }

    public static string Render(JsonObject configuration, JsonNode? extra)
    {
        if (extra is not JsonObject given)
        {
            return YamlJson.Write(configuration);
        }

        Merge(configuration, given);
        return YamlJson.WriteSorted(configuration);
    }
}
