using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Admin;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>The error envelope that search, tagging and catalog share.</summary>
public static class GlobalSearchError
{
    public static Task WriteAsync(HttpContext context, ApiException refusal)
    {
        Exchange.Of(context).Code = refusal.Code;
        return context.WriteJsonAsync(
            refusal.Status,
            new JsonObject
            {
                ["errors"] = new JsonArray(new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message }),
                ["trace"] = Guid.NewGuid().ToString("n"),
                ["status_code"] = refusal.Status,
            },
            AdminJson.Default.JsonObject);
    }
}
