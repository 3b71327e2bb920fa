using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Iam;

/// <summary>IAM's error envelope.</summary>
public sealed record IamError(
    [property: JsonPropertyName("errorCode")] string ErrorCode,
    [property: JsonPropertyName("errorMessage")] string ErrorMessage,
    [property: JsonPropertyName("context")] IamErrorContext Context);
