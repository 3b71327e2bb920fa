using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.Iam;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TokenClaims))]
internal sealed partial class IamJson : JsonSerializerContext;
