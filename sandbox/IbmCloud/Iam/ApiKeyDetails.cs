using System.Text.Json.Serialization;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.Iam;

/// <summary>What IAM tells of an API key; never the key itself.</summary>
public sealed record ApiKeyDetails(
    string Id,
    string EntityTag,
    string Crn,
    bool Locked,
    bool Disabled,
    [property: JsonConverter(typeof(UtcConverter))] DateTimeOffset CreatedAt,
    string CreatedBy,
    [property: JsonConverter(typeof(UtcConverter))] DateTimeOffset ModifiedAt,
    string Name,
    string Description,
    string IamId,
    string AccountId,
    [property: JsonPropertyName("apikey")] string ApiKey);
