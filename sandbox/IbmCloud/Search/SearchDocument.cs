using System.Text.Json.Nodes;

namespace TempoCos.IbmCloud.Search;

/// <summary>A resource as a search finds it.</summary>
/// <param name="Crn">The resource.</param>
/// <param name="Fields">All that is known of it.</param>
/// <param name="IsReclaimed">Whether it waits for its reclamation.</param>
public sealed record SearchDocument(string Crn, JsonObject Fields, bool IsReclaimed)
{
    private static readonly string[] Preset = ["crn", "name", "family", "type", "account_id"];

    /// <summary>The texts of a field; a dot leads into objects.</summary>
    public IEnumerable<string> TextsOf(string field)
    {
        JsonNode? node = Fields;
        foreach (var part in field.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node switch
        {
            null => [],
            JsonArray values => values.Select(value => value!.ToString()),
            _ => [node.ToString()],
        };
    }

    /// <summary>The document with the fields that are asked for; its CRN is always among them.</summary>
    public JsonObject Show(string[]? fields) =>
        new(Fields
            .Where(field => field.Key == "crn" || (fields is null ? Preset.Contains(field.Key) : fields.Contains("*") || fields.Contains(field.Key)))
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
}
