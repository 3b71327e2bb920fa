using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TempoCos.IbmCloud.Faults;

namespace TempoCos.IbmCloud.Admin;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Inventory))]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(Fault[]))]
[JsonSerializable(typeof(Knobs))]
[JsonSerializable(typeof(NameReservation))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonNode))]
public sealed partial class AdminJson : JsonSerializerContext;
