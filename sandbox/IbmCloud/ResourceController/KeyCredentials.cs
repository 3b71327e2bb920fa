using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The credentials of a resource key.</summary>
public sealed record KeyCredentials(
    [property: JsonPropertyName("apikey")] string ApiKey,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HmacKeys? CosHmacKeys,
    string Endpoints,
    [property: JsonPropertyName("iam_apikey_description")] string IamApiKeyDescription,
    [property: JsonPropertyName("iam_apikey_id")] string IamApiKeyId,
    [property: JsonPropertyName("iam_apikey_name")] string IamApiKeyName,
    string IamRoleCrn,
    [property: JsonPropertyName("iam_serviceid_crn")] string IamServiceIdCrn,
    string ResourceInstanceId)
{
    // A record's ToString would print the secrets.
    public override string ToString() => IamApiKeyId;
}
