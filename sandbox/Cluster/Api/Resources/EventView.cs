using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>
/// The events of events.k8s.io/v1: the same objects as those of core/v1, with other names for some fields. They are stored as the latter; every
/// other type is stored as it is shown.
/// </summary>
public static class EventView
{
    public const string Group = "events.k8s.io";

    private static readonly Dictionary<string, string> ShownNames = new()
    {
        ["involvedObject"] = "regarding",
        ["message"] = "note",
        ["reportingComponent"] = "reportingController",
        ["source"] = "deprecatedSource",
        ["firstTimestamp"] = "deprecatedFirstTimestamp",
        ["lastTimestamp"] = "deprecatedLastTimestamp",
        ["count"] = "deprecatedCount",
    };

    private static readonly Dictionary<string, string> StoredNames = ShownNames.ToDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly ResourceType Core = BuiltInResources.Types.First(type => type.Resource == BuiltInResources.Events);

    public static bool Is(ResourceType type) => type.Group == Group;

    /// <summary>The type as which the objects of this one are stored.</summary>
    public static ResourceType Stored(ResourceType type) => Is(type) ? Core : type;

    public static JsonObject Store(ResourceType type, JsonObject shown) => Is(type) ? Renamed(shown, StoredNames, Core.ApiVersion) : shown;

    public static JsonObject Show(ResourceType type, JsonObject stored) => Is(type) ? Renamed(stored, ShownNames, type.ApiVersion) : stored;

    public static StoredObject Show(ResourceType type, StoredObject stored) => Is(type) ? new StoredObject(stored.Key, stored.Version, Show(type, stored.ToObject())) : stored;

    private static JsonObject Renamed(JsonObject one, Dictionary<string, string> names, string apiVersion)
    {
        var renamed = new JsonObject(one.Select(field => KeyValuePair.Create(names.GetValueOrDefault(field.Key, field.Key), field.Value?.DeepClone())));
        renamed["apiVersion"] = apiVersion;
        renamed["kind"] = Core.Kind;
        return renamed;
    }
}
