using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Iam;

/// <summary>Where an IAM error arose.</summary>
public sealed record IamErrorContext(
    [property: JsonPropertyName("requestId")] string RequestId,
    [property: JsonPropertyName("url")] string Url);
