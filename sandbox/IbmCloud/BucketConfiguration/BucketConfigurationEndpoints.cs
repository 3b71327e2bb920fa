using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>The resource configuration API: <c>/v1/b/{bucket}</c>. It takes IAM tokens only, and is open from everywhere, so that nobody locks himself out.</summary>
public sealed class BucketConfigurationEndpoints(
    CallerIdentity callers, Credentials credentials, BucketStore buckets, CloudState state, ConfigurationStore configurations, FaultGate faults, KnobPanel knobs)
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

            var (bucket, role) = Find(name, credentials.Of(caller));
            await (context.Request.Method switch
            {
                "GET" => WriteAsync(context, bucket, role),
                "PATCH" => ChangeAsync(context, bucket, role),
                _ => throw new ApiException(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "The method is not served."),
            });
        }
        catch (ApiException refusal)
        {
            Exchange.Of(context).Code = refusal.Code;
            await context.WriteJsonAsync(
                refusal.Status,
                new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message, ["status_code"] = refusal.Status },
                ConfigurationJson.Default.JsonObject);
        }
    }

    private (Bucket Bucket, KeyRole Role) Find(string name, S3Principal principal)
    {
        if (buckets.Find(name) is not { } bucket || bucket.Record.AccountId != principal.AccountId || state.Instances.Find(bucket.Record.InstanceGuid) is not { State: InstanceState.Active })
        {
            throw new ApiException(StatusCodes.Status404NotFound, "not_found", $"Bucket {name} is not found.");
        }

        return (principal.InstanceGuid is null || principal.InstanceGuid == bucket.Record.InstanceGuid) && principal.Role is KeyRole.Reader or KeyRole.Writer or KeyRole.Manager
            ? (bucket, principal.Role)
            : throw Forbidden();
    }

    private async Task ChangeAsync(HttpContext context, Bucket bucket, KeyRole role)
    {
        if (role != KeyRole.Manager)
        {
            throw Forbidden();
        }

        var patch = await context.ReadJsonAsync(ConfigurationJson.Default.JsonObject);
        var expected = context.Request.Headers.IfMatch.ToString() is { Length: > 0 } given ? given : null;
        var changed = configurations.Change(bucket.Record, expected, current => ConfigurationPatch.Apply(current, patch))
            ?? throw new ApiException(StatusCodes.Status412PreconditionFailed, "precondition_failed", "The configuration has been changed since: If-Match names another version.");
        context.Response.Headers.ETag = changed.ETag;
        context.Response.StatusCode = knobs.Current.ConfigStatus;
        context.Response.ContentLength = context.Response.StatusCode == StatusCodes.Status204NoContent ? null : 0;
    }

    private Task WriteAsync(HttpContext context, Bucket bucket, KeyRole role)
    {
        var (count, bytes) = bucket.Usage();
        var noncurrent = bucket.NoncurrentUsage();
        var record = bucket.Record;
        var stored = configurations.Of(record);
        var answer = new JsonObject
        {
            ["name"] = record.Name,
            ["crn"] = record.CrnOf(),
            ["service_instance_id"] = record.InstanceGuid,
            ["service_instance_crn"] = record.InstanceCrn,
            ["time_created"] = record.CreatedAt.UtcDateTime,
            ["time_updated"] = stored.UpdatedAt.UtcDateTime,
            ["object_count"] = count,
            ["bytes_used"] = bytes,
            ["noncurrent_object_count"] = noncurrent.Versions,
            ["noncurrent_bytes_used"] = noncurrent.Bytes,
            ["delete_marker_count"] = noncurrent.DeleteMarkers,
            ["hard_quota"] = 0,
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(stored.Settings, ConfigurationJson.Default.ResourceConfiguration)!.AsObject())
        {
            // A firewall is seen by who may change it.
            if (name != "firewall" || role == KeyRole.Manager)
            {
                answer[name] = value?.DeepClone();
            }
        }

        context.Response.Headers.ETag = stored.ETag;
        return context.WriteJsonAsync(StatusCodes.Status200OK, answer, ConfigurationJson.Default.JsonObject);
    }

    private static ApiException Forbidden() => new(StatusCodes.Status403Forbidden, "forbidden", "The role does not allow this.");
}
