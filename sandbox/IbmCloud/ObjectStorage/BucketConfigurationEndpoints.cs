using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.ObjectStorage;

/// <summary>The resource configuration API: <c>GET /v1/b/{bucket}</c>.</summary>
public sealed class BucketConfigurationEndpoints(CallerIdentity callers, BucketStore buckets, FaultGate faults)
{
    public async Task HandleAsync(HttpContext context, string[] path)
    {
        try
        {
            await faults.PassAsync(context);
            var caller = callers.Of(context) ?? throw new ApiException(StatusCodes.Status401Unauthorized, "unauthorized", "The token is missing, invalid or expired.");
            if (path is not ["v1", "b", var name])
            {
                throw new ApiException(StatusCodes.Status404NotFound, "not_found", "The requested path does not exist.");
            }

            if (!HttpMethods.IsGet(context.Request.Method))
            {
                throw new ApiException(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "The method is not served.");
            }

            if (buckets.Find(name) is not { } bucket || bucket.Record.AccountId != caller.AccountId || caller.IsServiceId)
            {
                throw new ApiException(StatusCodes.Status404NotFound, "not_found", $"Bucket {name} is not found.");
            }

            await WriteAsync(context, bucket);
        }
        catch (ApiException refusal)
        {
            Exchange.Of(context).Code = refusal.Code;
            await context.WriteJsonAsync(
                refusal.Status,
                new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message, ["status_code"] = refusal.Status },
                IamJson.Default.JsonObject);
        }
    }

    private static Task WriteAsync(HttpContext context, Bucket bucket)
    {
        var (count, bytes) = bucket.Usage();
        var record = bucket.Record;
        context.Response.Headers.ETag = $"\"{record.CreatedAt.UtcTicks:x}\"";
        return context.WriteJsonAsync(
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["name"] = record.Name,
                ["crn"] = $"{record.InstanceCrn[..^2]}:bucket:{record.Name}",
                ["service_instance_id"] = record.InstanceGuid,
                ["service_instance_crn"] = record.InstanceCrn,
                ["time_created"] = record.CreatedAt.UtcDateTime,
                ["time_updated"] = record.CreatedAt.UtcDateTime,
                ["object_count"] = count,
                ["bytes_used"] = bytes,
                ["noncurrent_object_count"] = 0,
                ["noncurrent_bytes_used"] = 0,
                ["delete_marker_count"] = 0,
                ["hard_quota"] = 0,
            },
            IamJson.Default.JsonObject);
    }
}
