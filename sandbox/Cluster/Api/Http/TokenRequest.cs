using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Http;

/// <summary>The token subresource of service accounts.</summary>
public sealed class TokenRequest(ServiceAccountTokens tokens, TimeProvider time)
{
    private const int Shortest = 10 * 60;
    private const long Longest = 1L << 32;
    private const int Usual = 60 * 60;

    public JsonObject Answer(string ns, string account, JsonObject asked)
    {
        var seconds = asked.Number("spec", "expirationSeconds") ?? Usual;
        if (seconds is < Shortest or > Longest)
        {
            throw ApiException.Invalid("TokenRequest", "authentication.k8s.io", account, seconds < Shortest
                ? FieldError.InvalidValue("spec.expirationSeconds", seconds.ToString(CultureInfo.InvariantCulture), "may not specify a duration less than 10 minutes")
                : FieldError.InvalidValue("spec.expirationSeconds", seconds.ToString(CultureInfo.InvariantCulture), "may not specify a duration larger than 2^32 seconds"));
        }

        var bound = asked.At("spec", "boundObjectRef");
        if (bound is not null && bound.Text("kind") != "Pod")
        {
            throw ApiException.Invalid("TokenRequest", "authentication.k8s.io", account, FieldError.NotSupported("spec.boundObjectRef.kind", bound.Text("kind") ?? "", ["Pod"]));
        }

        var audiences = asked.Texts("spec", "audiences").ToList();
        if (audiences.Count == 0)
        {
            audiences.Add(ServiceAccountTokens.Issuer);
        }

        asked["apiVersion"] = "authentication.k8s.io/v1";
        asked["kind"] = "TokenRequest";
        asked.Ensure("metadata")["name"] = account;
        asked.Ensure("metadata")["namespace"] = ns;
        asked.Ensure("spec")["audiences"] = audiences.Select(audience => (JsonNode)audience).ToJsonArray();
        asked.Ensure("spec")["expirationSeconds"] = seconds;
        asked["status"] = new JsonObject
        {
            ["token"] = tokens.Issue(ns, account, bound.Text("name") ?? "", TimeSpan.FromSeconds(seconds), audiences),
            ["expirationTimestamp"] = time.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        return asked;
    }
}
