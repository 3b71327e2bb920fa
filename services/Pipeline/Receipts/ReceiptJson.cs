using System.Text.Json;
using System.Text.Json.Serialization;

namespace TempoCos.Pipeline.Receipts;

[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(DestroyedDocument))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ReceiptJson : JsonSerializerContext;
