using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ResourceManager;

namespace TempoCos.IbmCloud.ResourceController;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(CloudAccount))]
[JsonSerializable(typeof(ResourceGroup))]
[JsonSerializable(typeof(ResourceGroupRequest))]
[JsonSerializable(typeof(ResourceGroupCreated))]
[JsonSerializable(typeof(ResourceGroupList))]
[JsonSerializable(typeof(ResourceManagerError))]
[JsonSerializable(typeof(ResourceInstance))]
[JsonSerializable(typeof(ResourceInstanceRequest))]
[JsonSerializable(typeof(Page<ResourceInstance>))]
[JsonSerializable(typeof(ResourceKey))]
[JsonSerializable(typeof(ResourceKeyRequest))]
[JsonSerializable(typeof(Page<JsonObject>))]
[JsonSerializable(typeof(PageToken))]
[JsonSerializable(typeof(Reclamation))]
[JsonSerializable(typeof(ReclamationRequest))]
[JsonSerializable(typeof(ReclamationList))]
[JsonSerializable(typeof(ResourceControllerError))]
public sealed partial class ControlPlaneJson : JsonSerializerContext;
