using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Search;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(SearchCursor))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class SearchJson : JsonSerializerContext;
