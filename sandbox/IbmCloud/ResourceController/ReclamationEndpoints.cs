using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary><c>/v1/reclamations</c>.</summary>
public sealed partial class ReclamationEndpoints(CloudState state, CloudClock clock, TimeProvider time, ILogger<ReclamationEndpoints> logger)
{
    /// <param name="context">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="path">What follows <c>/v1/reclamations</c>.</param>
    public Task HandleAsync(HttpContext context, IamIdentity caller, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("GET", []) => ListAsync(context, caller),
            ("POST", [var id, "actions", "reclaim"]) => ActAsync(context, caller, id, Reclamation.Reclaiming),
            ("POST", [var id, "actions", "restore"]) => ActAsync(context, caller, id, Reclamation.Restoring),
            ("POST", [_, "actions", var action]) => throw new ApiException(
                StatusCodes.Status400BadRequest, ResourceControllerError.BadRequest, $"The action {action} is neither reclaim nor restore"),
            _ => throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The requested path does not exist"),
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

    private async Task ActAsync(HttpContext context, IamIdentity caller, string id, string wanted)
    {
        var request = await context.ReadOptionalJsonAsync(ControlPlaneJson.Default.ReclamationRequest);
        Reclamation reclamation;
        lock (state.Gate)
        {
            reclamation = state.Reclamations.TryFind(id, out var found) && found.AccountId == caller.AccountId && clock.IsVisible(found)
                ? found
                : throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The reclamation is not found");
            if (reclamation.State != Reclamation.Scheduled)
            {
                throw new ApiException(StatusCodes.Status422UnprocessableEntity, ResourceControllerError.Unprocessable, $"The reclamation is {reclamation.State}");
            }

            reclamation = state.Reclamations.Put(id, reclamation with
            {
                State = wanted,
                UpdatedAt = time.GetUtcNow(),
                UpdatedBy = request?.RequestBy ?? caller.IamId,
            });
        }

        Log.Acted(logger, reclamation.ResourceInstanceId, wanted);
        await context.WriteJsonAsync(StatusCodes.Status200OK, reclamation, ControlPlaneJson.Default.Reclamation);
        clock.Settle();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Service instance {Guid} is {State}")]
        public static partial void Acted(ILogger logger, string guid, string state);
    }
}
