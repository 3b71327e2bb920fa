using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Tags;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AccountTag))]
[JsonSerializable(typeof(ResourceTags))]
[JsonSerializable(typeof(TagRequest))]
[JsonSerializable(typeof(TagResults))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class TagJson : JsonSerializerContext;
