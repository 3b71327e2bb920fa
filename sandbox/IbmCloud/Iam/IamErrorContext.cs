using System.Globalization;
using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Iam;

/// <summary>Where an IAM error arose.</summary>
public sealed record IamErrorContext(
    [property: JsonPropertyName("requestId")] string RequestId,
    [property: JsonPropertyName("requestType")] string RequestType,
    [property: JsonPropertyName("userAgent")] string UserAgent,
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("startTime")] string StartTime,
    [property: JsonPropertyName("endTime")] string EndTime,
    [property: JsonPropertyName("elapsedTime")] string ElapsedTime,
    [property: JsonPropertyName("locale")] string Locale)
{
    public static IamErrorContext Of(HttpContext context, string requestId, string requestType, DateTimeOffset started, DateTimeOffset now) => new(
        requestId,
        requestType,
        context.Request.Headers.UserAgent.ToString(),
        "https://iam.cloud.ibm.com",
        Written(started),
        Written(now),
        ((long)(now - started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
        "en_US");

    private static string Written(DateTimeOffset time) => time.UtcDateTime.ToString("dd.MM.yyyy HH:mm:ss:fff 'UTC'", CultureInfo.InvariantCulture);
}
