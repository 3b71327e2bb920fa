using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Admin;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Inventory))]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(Fault[]))]
[JsonSerializable(typeof(Knobs))]
[JsonSerializable(typeof(NameReservation))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class AdminJson : JsonSerializerContext;
