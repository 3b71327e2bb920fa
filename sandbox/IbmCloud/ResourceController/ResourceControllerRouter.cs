using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ResourceManager;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The host that resource manager and resource controller share.</summary>
public sealed partial class ResourceControllerRouter(
    CallerIdentity callers,
    ResourceGroupEndpoints groups,
    ResourceInstanceEndpoints instances,
    ResourceKeyEndpoints keys,
    ReclamationEndpoints reclamations,
    CloudClock clock,
    FaultGate faults,
    ILogger<ResourceControllerRouter> logger)
{
    public async Task HandleAsync(HttpContext context, string[] path)
    {
        var transaction = context.Request.Headers["Transaction-ID"].ToString() is { Length: > 0 } given ? given : "bss-" + Guid.NewGuid().ToString("n")[..16];
        context.Response.Headers["Transaction-Id"] = transaction;
        var caller = callers.Of(context);
        if (path is ["v2", "resource_groups", .. var group])
        {
            await groups.HandleAsync(context, caller, transaction, group);
            return;
        }

        try
        {
            await faults.PassAsync(context);
            if (caller is null)
            {
                throw new ApiException(StatusCodes.Status401Unauthorized, ResourceControllerError.Iam, callers.Complaint(context));
            }

            if (caller.IsServiceId)
            {
                throw new ApiException(StatusCodes.Status403Forbidden, ResourceControllerError.Iam, "Access denied. The service ID lacks the platform role for this action");
            }

            clock.Settle();
            await (path switch
            {
                ["v2", "resource_instances", var id, "resource_keys"] => keys.ListOfInstanceAsync(context, caller, id),
                ["v2", "resource_instances", .. var rest] => instances.HandleAsync(context, caller, rest),
                ["v2", "resource_keys", .. var rest] => keys.HandleAsync(context, caller, rest),
                ["v1", "reclamations", .. var rest] => reclamations.HandleAsync(context, caller, rest),
                _ => throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The requested path does not exist"),
            });
        }
        catch (ApiException refusal)
        {
            Exchange.Of(context).Code = refusal.Code;
            Log.Refused(logger, context.Request.Method, path, refusal.Status, refusal.Code, refusal.Message);
            await context.WriteJsonAsync(
                refusal.Status, new ResourceControllerError(refusal.Code, refusal.Message, refusal.Status, transaction, refusal.Details), ControlPlaneJson.Default.ResourceControllerError);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} refused with {Status} {Code}: {Reason}")]
        public static partial void Refused(ILogger logger, string method, string[] path, int status, string code, string reason);
    }
}
