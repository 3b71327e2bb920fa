using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Faults;

/// <summary><c>/_/admin/faults</c>: faults from outside the process. GET shows them, POST adds one, DELETE takes one (<c>/ID</c>) or all away.</summary>
public sealed class FaultEndpoint(ClusterOptions options)
{
    public const string Path = "/_/admin/faults";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public async Task HandleAsync(HttpContext context, CancellationToken cancellation)
    {
        var id = (context.Request.Path.Value ?? "")[Path.Length..].Trim('/');
        switch (context.Request.Method)
        {
            case "GET" when id.Length == 0:
                await ApiResponse.WriteAsync(context, options.Faults.Rules.Select(fault => (JsonNode)Show(fault)).ToJsonArray());
                break;
            case "POST" when id.Length == 0:
                await ApiResponse.WriteAsync(context, Show(options.Faults.Add(await ReadAsync(context.Request, cancellation))), 201);
                break;
            case "DELETE" when id.Length == 0:
                options.Faults.Clear();
                await ApiResponse.WriteAsync(context, new JsonArray());
                break;
            case "DELETE" when int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && options.Faults.Remove(number):
                await ApiResponse.WriteAsync(context, new JsonArray());
                break;
            case "DELETE":
                throw ApiException.NotFound("faults", id);
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    private static JsonObject Show(ActiveFault fault)
    {
        var shown = JsonSerializer.SerializeToNode(fault.Rule, Format)!.AsObject();
        shown["id"] = fault.Id;
        shown["seen"] = fault.Seen;
        shown["hits"] = fault.Hits;
        return shown;
    }

    private static async Task<FaultRule> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var given = await ApiBody.ReadObjectAsync(request, cancellation);
        try
        {
            var rule = given.Deserialize<FaultRule>(Format) ?? throw ApiException.BadRequest("the fault is empty");
            return rule is { Status: < 400 or > 599 } or { DelayMilliseconds: < 0 } or { CutWatchAfterEvents: < 0 } or { Count: < 0 } or { After: < 0 } or { RetryAfterSeconds: < 0 }
                ? throw ApiException.BadRequest("a status is 400 to 599, and no number is negative")
                : rule;
        }
        catch (JsonException problem)
        {
            throw ApiException.BadRequest($"the fault cannot be read: {problem.Message}");
        }
    }
}
