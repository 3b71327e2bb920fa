using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Iam;

/// <summary>The claims of an IAM token.</summary>
public sealed record TokenClaims(
    string IamId,
    string Id,
    [property: JsonPropertyName("realmid")] string RealmId,
    string SessionId,
    string Jti,
    string Identifier,
    string Name,
    string Sub,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SubType,
    TokenAccount Account,
    long Iat,
    long Exp,
    string Iss,
    string GrantType,
    string Scope,
    string ClientId,
    int Acr,
    string[] Amr,
    string TokenUse);
