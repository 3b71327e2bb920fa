using System.Text.Json.Nodes;
using TempoCos.TempoStackDeployer.Manifests;
using YamlDotNet.Serialization;

namespace TempoCos.TempoStackDeployer.Plans;

/// <summary>An object as people read it: YAML without what only the server writes and without the values of Secrets.</summary>
internal static class ShownObject
{
    private static readonly string[] First = ["apiVersion", "kind", "metadata", "type", "spec", "data"];
    private static readonly string[] ServerFields = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().WithIndentedSequences().DisableAliases().Build();

    public static string Of(JsonObject document, SecretValues secrets)
    {
        var shown = secrets.Hide(document).DeepClone().AsObject();
        shown.Remove("status");
        if (shown["metadata"] is JsonObject metadata)
        {
            foreach (var field in ServerFields)
            {
                metadata.Remove(field);
            }

            if (metadata["annotations"] is JsonObject annotations)
            {
                annotations.Remove(ManifestReader.Annotation);
                if (annotations.Count == 0)
                {
                    metadata.Remove("annotations");
                }
            }
        }

        return Yaml.Serialize(Plain(shown)!);
    }

    private static object? Plain(JsonNode? node) => node switch
    {
        null => null,
        JsonObject members => members.OrderBy(member => Array.IndexOf(First, member.Key) is >= 0 and var index ? index : First.Length).ThenBy(member => member.Key, StringComparer.Ordinal)
            .ToDictionary(member => member.Key, member => Plain(member.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        JsonValue value when value.TryGetValue<long>(out var integer) => integer,
        JsonValue value when value.TryGetValue<int>(out var small) => small,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        _ => node.ToJsonString(),
    };
}
