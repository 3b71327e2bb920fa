using System.Globalization;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Faults;

/// <summary>Where every request passes once it is known what it asks for, and may meet its fault.</summary>
public sealed class FaultGate(FaultPlan plan, CloudState state)
{
    /// <summary>
    /// Waits, closes the connection (<see cref="ConnectionDroppedException"/>) or refuses (<see cref="ApiException"/>) as the plan says, or sees to it that the answer is altered.
    /// Gives the fault for what only the operation itself can do.
    /// </summary>
    public async Task<Fault?> PassAsync(HttpContext context)
    {
        var exchange = Exchange.Of(context);
        string[] keys = exchange.Service == CloudService.S3 ? [exchange.Key] : [exchange.Key, .. NamesOf(exchange.Key)];
        var fault = plan.Take(new FaultSubject(exchange.Operation, exchange.Bucket, keys, Sender.Of(context), context.Request.Headers, context.Request.Query));
        if (fault is null)
        {
            return null;
        }

        exchange.Fault = fault;
        if (fault.DelayMilliseconds > 0)
        {
            await Task.Delay(fault.DelayMilliseconds, context.RequestAborted);
        }

        // A body that is sent in full cannot be cut short: of all but GET the client's bytes are lost with the connection.
        if (fault.DropsBefore || (fault.Truncate && !HttpMethods.IsGet(context.Request.Method)))
        {
            throw new ConnectionDroppedException();
        }

        if (fault.Status is { } status)
        {
            if ((fault.RetryAfterSeconds ?? (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? 1 : null)) is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            throw new ApiException(status, fault.Code ?? CodeOf(status), fault.Message ?? "The fault plan of the emulator refuses this request.");
        }

        if (fault.AltersAnswer)
        {
            exchange.Answer.Alter(fault);
        }

        return fault;
    }

    private static string CodeOf(int status) => status switch
    {
        401 => "Unauthorized",
        403 => "AccessDenied",
        404 => "NoSuchKey",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "SlowDown",
        _ => "ServiceUnavailable",
    };

    /// <summary>The names of what an id of the control plane stands for.</summary>
    private IEnumerable<string> NamesOf(string id)
    {
        if (id.Length == 0)
        {
            yield break;
        }

        if (state.Groups.Find(id) is { } group)
        {
            yield return group.Name;
        }

        if (state.Reclamations.Find(id) is { } reclamation)
        {
            yield return reclamation.ResourceInstanceId;
            id = reclamation.ResourceInstanceId;
        }

        if (state.FindInstance(id) is { } instance)
        {
            yield return instance.Guid;
            yield return instance.Name;
        }

        if (state.FindKey(id) is { } key)
        {
            yield return key.Guid;
            yield return key.Name;
        }
    }
}
