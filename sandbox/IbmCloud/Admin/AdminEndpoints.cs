using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.ResourceManager;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Admin;

/// <summary>What a test needs beside the cloud's own APIs: what exists, knobs, faults. Loopback only.</summary>
public sealed partial class AdminEndpoints(CloudState state, BucketStore buckets, FaultPlan faults, RequestLog requests, KnobPanel knobs, CloudClock clock, TimeProvider time, ILogger<AdminEndpoints> logger)
{
    public async Task HandleAsync(HttpContext context, string[] path)
    {
        try
        {
            if (context.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
            {
                throw new ApiException(StatusCodes.Status403Forbidden, "loopback_only", "The admin endpoint serves this machine only.");
            }

            await ((context.Request.Method, path) switch
            {
                ("GET", ["inventory"]) => context.WriteJsonAsync(StatusCodes.Status200OK, Take(), AdminJson.Default.Inventory),
                ("GET", ["knobs"]) => context.WriteJsonAsync(StatusCodes.Status200OK, knobs.Current, AdminJson.Default.Knobs),
                ("POST" or "PATCH", ["knobs"]) => TurnAsync(context),
                ("GET", ["faults"]) => context.WriteJsonAsync(StatusCodes.Status200OK, faults.All, AdminJson.Default.FaultArray),
                ("POST", ["faults"]) => AddFaultAsync(context),
                ("DELETE", ["faults"]) => ClearAsync(context),
                ("DELETE", ["faults", var id]) => RemoveFaultAsync(context, id),
                ("GET", ["requests"]) => WriteRequestsAsync(context),
                ("POST", ["name-reservations"]) => ReserveAsync(context),
                _ => throw new ApiException(
                    StatusCodes.Status404NotFound, "not_found", "Known are GET inventory, GET and POST knobs, GET, POST and DELETE faults, DELETE faults/ID, GET requests, POST name-reservations."),
            });
        }
        catch (ApiException refusal)
        {
            await context.WriteJsonAsync(refusal.Status, new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message }, AdminJson.Default.JsonObject);
        }
    }

    private Inventory Take()
    {
        clock.Settle();
        var instances = state.Instances.All.OrderBy(instance => instance.CreatedAt).ToArray();
        return new Inventory(
            state.Account.Id,
            [.. state.Groups.All.Where(group => group.State != ResourceGroup.Deleted).OrderBy(group => group.CreatedAt).Select(group => new InventoryGroup(group.Id, group.Name, group.Default))],
            [.. instances.Select(instance => new InventoryInstance(instance.Guid, instance.Name, instance.State, instance.ResourceGroupId, instance.Tags ?? []))],
            instances.GroupBy(instance => instance.State).ToDictionary(group => group.Key, group => group.Count()),
            [
                .. state.Keys.All.Where(key => key.State == InstanceState.Active).OrderBy(key => key.CreatedAt)
                    .Select(key => new InventoryKey(key.Guid, key.Name, key.SourceCrn, key.Role, key.Credentials?.CosHmacKeys?.AccessKeyId)),
            ],
            [.. state.Reclamations.All.OrderBy(reclamation => reclamation.CreatedAt).Select(reclamation => new InventoryReclamation(reclamation.Id, reclamation.ResourceInstanceId, reclamation.State))],
            [.. buckets.All.Select(Describe)]);
    }

    private static InventoryBucket Describe(Bucket bucket)
    {
        var (count, bytes) = bucket.Usage();
        return new InventoryBucket(bucket.Record.Name, bucket.Record.InstanceGuid, bucket.Record.LocationConstraint, count, bytes, bucket.Uploads.Count());
    }

    /// <summary>Members that the body leaves out keep their value.</summary>
    private async Task TurnAsync(HttpContext context)
    {
        knobs.Current = KnobReader.Change(knobs.Current, await context.ReadJsonAsync(AdminJson.Default.JsonObject));
        Log.Turned(logger, knobs.Current);
        await context.WriteJsonAsync(StatusCodes.Status200OK, knobs.Current, AdminJson.Default.Knobs);
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        var json = await context.ReadJsonAsync(AdminJson.Default.JsonNode);
        var added = faults.Add(FaultReader.Read(json));
        foreach (var fault in added)
        {
            Log.Planned(logger, fault.Id, fault.Operation, fault.Bucket, fault.Key);
        }

        await (json is JsonArray
            ? context.WriteJsonAsync(StatusCodes.Status201Created, added, AdminJson.Default.FaultArray)
            : context.WriteJsonAsync(StatusCodes.Status201Created, added[0], AdminJson.Default.Fault));
    }

    /// <summary>The request log, a line of JSON each.</summary>
    private async Task WriteRequestsAsync(HttpContext context)
    {
        var text = context.Request.Query["since"].ToString();
        if (!long.TryParse(text.Length == 0 ? "0" : text, NumberStyles.None, CultureInfo.InvariantCulture, out var since))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "bad_since", $"since {text} is not the number of a request.");
        }

        context.Response.ContentType = "application/x-ndjson";
        foreach (var record in await requests.SinceAsync(since, context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(record, TrafficJson.Default.RequestRecord), context.RequestAborted);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
        }
    }

    private Task ClearAsync(HttpContext context)
    {
        faults.Clear();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task RemoveFaultAsync(HttpContext context, string id)
    {
        if (!faults.Remove(id))
        {
            throw new ApiException(StatusCodes.Status404NotFound, "not_found", "There is no such fault.");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task ReserveAsync(HttpContext context)
    {
        var reservation = await context.ReadJsonAsync(AdminJson.Default.NameReservation);
        buckets.Reserve(reservation.Bucket, reservation.Seconds is { } seconds ? time.GetUtcNow() + TimeSpan.FromSeconds(seconds) : DateTimeOffset.MaxValue);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Knobs set: {Knobs}")]
        public static partial void Turned(ILogger logger, Knobs knobs);

        [LoggerMessage(Level = LogLevel.Information, Message = "Fault {Id} planned: {Operation} {Bucket}/{Key}")]
        public static partial void Planned(ILogger logger, string id, string operation, string bucket, string key);
    }
}
