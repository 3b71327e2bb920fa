using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.ObjectStorage;

[JsonSerializable(typeof(EndpointsDocument))]
internal sealed partial class EndpointsJson : JsonSerializerContext;
