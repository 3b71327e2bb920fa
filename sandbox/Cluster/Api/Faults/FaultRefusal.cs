using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Http;

namespace TempoCos.Cluster.Api.Faults;

/// <summary>The refusals that a rule asks for, in the API server's words.</summary>
public static class FaultRefusal
{
    public static ApiException Of(FaultRule rule, RequestAttributes request, string user)
    {
        var code = rule.Status!.Value;
        var known = code switch
        {
            401 => ApiException.Unauthorized(),
            403 => ApiException.Forbidden(request, user),
            410 => new ApiException(410, "Expired", "too old resource version"),
            429 => new ApiException(429, "TooManyRequests", "the server has received too many requests and has asked us to try again later"),
            500 => new ApiException(500, "InternalError", "Internal error occurred: an error on the server has prevented the request from succeeding"),
            503 => new ApiException(503, "ServiceUnavailable", "the server is currently unable to handle the request"),
            504 => new ApiException(504, "Timeout", "Timeout: request did not complete within the allotted timeout"),
            _ => new ApiException(code, "", "the request was refused on demand"),
        };
        var details = known.Details?.DeepClone() as JsonObject;
        if (rule.RetryAfterSeconds is { } seconds)
        {
            details ??= [];
            details["retryAfterSeconds"] = seconds;
        }

        return new ApiException(code, rule.Reason ?? known.Reason, rule.Message ?? known.Message, details);
    }
}
