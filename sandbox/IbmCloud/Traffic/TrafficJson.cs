using System.Text.Json.Serialization;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.Traffic;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(RequestRecord))]
public sealed partial class TrafficJson : JsonSerializerContext;
