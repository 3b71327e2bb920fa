using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Iam;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(TokenClaims))]
[JsonSerializable(typeof(IamError))]
[JsonSerializable(typeof(ApiKeyDetails))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class IamJson : JsonSerializerContext;
