using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Tags;

/// <summary>What came of attach or detach for one resource.</summary>
public sealed record TagResult(string ResourceId, bool IsError, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message = null);
