using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.ResourceController;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ResourceGroup))]
[JsonSerializable(typeof(NewResourceGroup))]
[JsonSerializable(typeof(Page<ResourceGroup>), TypeInfoPropertyName = "ResourceGroups")]
[JsonSerializable(typeof(ServiceInstance))]
[JsonSerializable(typeof(NewServiceInstance))]
[JsonSerializable(typeof(Page<ServiceInstance>), TypeInfoPropertyName = "ServiceInstances")]
[JsonSerializable(typeof(ResourceKey))]
[JsonSerializable(typeof(NewResourceKey))]
[JsonSerializable(typeof(Page<ResourceKey>), TypeInfoPropertyName = "ResourceKeys")]
[JsonSerializable(typeof(Reclamation))]
[JsonSerializable(typeof(ReclaimRequest))]
[JsonSerializable(typeof(Page<Reclamation>), TypeInfoPropertyName = "Reclamations")]
internal sealed partial class ResourceControllerJson : JsonSerializerContext;
