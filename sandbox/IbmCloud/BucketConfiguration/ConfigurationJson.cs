using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.BucketConfiguration;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(ResourceConfiguration))]
[JsonSerializable(typeof(StoredConfiguration))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class ConfigurationJson : JsonSerializerContext;
