using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.Search;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SearchBody))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(TagBody))]
[JsonSerializable(typeof(TagResults))]
[JsonSerializable(typeof(TagList))]
internal sealed partial class SearchJson : JsonSerializerContext;
