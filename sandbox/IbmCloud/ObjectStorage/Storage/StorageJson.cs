using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BucketRecord))]
[JsonSerializable(typeof(BucketSettings))]
[JsonSerializable(typeof(ObjectInfo))]
[JsonSerializable(typeof(AttributesFile))]
[JsonSerializable(typeof(UploadRecord))]
public sealed partial class StorageJson : JsonSerializerContext;
