using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Iam;

/// <summary>The answer of the token endpoint.</summary>
public sealed record TokenResponse(
    string AccessToken,
    string RefreshToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ImsUserId,
    string TokenType,
    long ExpiresIn,
    long Expiration,
    string Scope);
