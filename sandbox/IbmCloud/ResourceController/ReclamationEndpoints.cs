using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary><c>/v1/reclamations</c>.</summary>
public sealed partial class ReclamationEndpoints(CloudState state, ReclamationClock clock, TimeProvider time, ILogger<ReclamationEndpoints> logger)
{
    /// <param name="path">What follows <c>/v1/reclamations</c>.</param>
    public Task HandleAsync(HttpContext context, IamIdentity caller, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("GET", []) => ListAsync(context, caller),
            ("POST", [var id, "actions", "reclaim"]) => ActAsync(context, caller, id, restore: false),
            ("POST", [var id, "actions", "restore"]) => ActAsync(context, caller, id, restore: true),
            _ => throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The requested path does not exist"),
        };

    private Task ListAsync(HttpContext context, IamIdentity caller)
    {
        var query = context.Request.Query;
        var rows = state.Reclamations.All.Where(reclamation =>
                reclamation.AccountId == caller.AccountId
                && clock.IsVisible(reclamation)
                && Matches("account_id", reclamation.AccountId)
                && (Matches("resource_instance_id", reclamation.ResourceInstanceId) || Matches("resource_instance_id", reclamation.EntityCrn))
                && Matches("resource_group_id", reclamation.ResourceGroupId))
            .OrderBy(reclamation => reclamation.CreatedAt);
        return context.WriteJsonAsync(StatusCodes.Status200OK, new ReclamationList([.. rows]), ControlPlaneJson.Default.ReclamationList);

        bool Matches(string parameter, string value) => query[parameter].ToString() is var wanted && (wanted.Length == 0 || wanted == value);
    }

    private async Task ActAsync(HttpContext context, IamIdentity caller, string id, bool restore)
    {
        var request = context.Request.ContentLength is > 0 ? await context.ReadJsonAsync(ControlPlaneJson.Default.ReclamationRequest) : null;
        Reclamation reclamation;
        lock (state.Gate)
        {
            reclamation = state.Reclamations.TryFind(id, out var found) && found.AccountId == caller.AccountId && clock.IsVisible(found)
                ? found
                : throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The reclamation is not found");
            if (reclamation.State != Reclamation.Scheduled)
            {
                throw new ApiException(StatusCodes.Status422UnprocessableEntity, "RC-UnprocessableEntity", $"The reclamation is {reclamation.State}");
            }

            var now = time.GetUtcNow();
            reclamation = reclamation with { State = restore ? Reclamation.Restoring : Reclamation.Reclaiming, UpdatedAt = now, UpdatedBy = request?.RequestBy ?? caller.IamId };
            if (restore)
            {
                Restore(reclamation, caller, now);
            }
            else
            {
                state.Reclamations.Put(id, reclamation);
            }
        }

        Log.Acted(logger, restore ? "restore" : "reclaim", reclamation.ResourceInstanceId);
        await context.WriteJsonAsync(StatusCodes.Status200OK, reclamation, ControlPlaneJson.Default.Reclamation);
        clock.Settle();
    }

    private void Restore(Reclamation reclamation, IamIdentity caller, DateTimeOffset now)
    {
        if (state.Instances.TryFind(reclamation.ResourceInstanceId, out var instance))
        {
            state.Instances.Put(instance.Guid, instance with
            {
                State = InstanceState.Active,
                DeletedAt = null,
                DeletedBy = null,
                ScheduledReclaimAt = null,
                ScheduledReclaimBy = null,
                RestoredAt = now,
                RestoredBy = caller.IamId,
                UpdatedAt = now,
                LastOperation = new LastOperation("reclamation", "succeeded", "restore", false, "Completed restore operation"),
            });
        }

        state.Reclamations.Remove(reclamation.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Asked to {Action} service instance {Guid}")]
        public static partial void Acted(ILogger logger, string action, string guid);
    }
}
