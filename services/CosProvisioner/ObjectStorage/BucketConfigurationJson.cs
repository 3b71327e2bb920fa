using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.ObjectStorage;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BucketConfiguration))]
internal sealed partial class BucketConfigurationJson : JsonSerializerContext;
