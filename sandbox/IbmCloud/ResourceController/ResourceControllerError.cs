using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The resource controller's error envelope.</summary>
public sealed record ResourceControllerError(
    string ErrorCode, string Message, int StatusCode, string TransactionId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Details = null)
{
    public const string BadRequest = "RC-BadRequest";
    public const string NotFound = "RC-NotFound";
    public const string Gone = "RC-Gone";
    public const string Unprocessable = "RC-UnprocessableEntity";
    public const string Iam = "RC-IamErrorResponse";
    public const string Broker = "RC-ServiceBrokerErrorResponse";
}
