using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.ResourceManager;

/// <summary><c>/v2/resource_groups</c>.</summary>
public sealed partial class ResourceGroupEndpoints(CloudState state, CloudClock clock, FaultGate faults, KnobPanel knobs, TimeProvider time, ILogger<ResourceGroupEndpoints> logger)
{
    /// <param name="context">The request.</param>
    /// <param name="caller">Who asks; null when nobody can be told.</param>
    /// <param name="transaction">Names the request in errors.</param>
    /// <param name="path">What follows <c>/v2/resource_groups</c>.</param>
    public async Task HandleAsync(HttpContext context, IamIdentity? caller, string transaction, string[] path)
    {
        try
        {
            await faults.PassAsync(context);
            if (caller is null)
            {
                throw new ApiException(StatusCodes.Status401Unauthorized, "INVALID_TOKEN", "The provided token is missing, invalid or expired.");
            }

            if (caller.IsServiceId)
            {
                throw Forbidden("You are not authorized to perform this action.");
            }

            await ((context.Request.Method, path) switch
            {
                ("GET", []) => ListAsync(context, caller),
                ("POST", []) => CreateAsync(context, caller),
                ("GET", [var id]) => context.WriteJsonAsync(StatusCodes.Status200OK, Find(id, caller), ControlPlaneJson.Default.ResourceGroup),
                ("PATCH", [var id]) => UpdateAsync(context, Find(id, caller)),
                ("DELETE", [var id]) => DeleteAsync(context, Find(id, caller)),
                _ => throw new ApiException(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "The method is not allowed here."),
            });
        }
        catch (ApiException refusal)
        {
            Exchange.Of(context).Code = refusal.Code;
            await context.WriteJsonAsync(
                refusal.Status,
                new ResourceManagerError(transaction, [new ResourceManagerErrorItem(refusal.Code, refusal.Message)]),
                ControlPlaneJson.Default.ResourceManagerError);
        }
    }

    private Task ListAsync(HttpContext context, IamIdentity caller)
    {
        var query = context.Request.Query;
        var account = query["account_id"].ToString() is { Length: > 0 } given ? given : caller.AccountId;
        var name = query["name"].ToString();
        var isDefault = Flag("default");
        var deletedToo = Flag("include_deleted") ?? false;
        var groups = state.Groups.All.Where(group =>
                group.AccountId == account && group.AccountId == caller.AccountId
                && HasCome(group)
                && (deletedToo || group.State != ResourceGroup.Deleted)
                && (name.Length == 0 || group.Name == name)
                && (isDefault is null || group.Default == isDefault))
            .OrderBy(group => group.CreatedAt).ThenBy(group => group.Id, StringComparer.Ordinal)
            .ToArray();
        return groups.Length == 0 && name.Length > 0 && knobs.Current.UnknownNameStatus == StatusCodes.Status404NotFound
            ? throw NotFound(name)
            : context.WriteJsonAsync(StatusCodes.Status200OK, new ResourceGroupList(groups), ControlPlaneJson.Default.ResourceGroupList);

        bool? Flag(string parameter) => query[parameter].ToString() switch
        {
            "" => null,
            var text when bool.TryParse(text, out var flag) => flag,
            var text => throw BadRequest($"{parameter} {text} is neither true nor false."),
        };
    }

    private async Task CreateAsync(HttpContext context, IamIdentity caller)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceGroupRequest);
        if (string.IsNullOrWhiteSpace(request.Name) || string.IsNullOrWhiteSpace(request.AccountId))
        {
            throw BadRequest("name and account_id are required.");
        }

        if (request.AccountId != caller.AccountId)
        {
            throw Forbidden("You are not authorized to create a resource group in this account.");
        }

        ResourceGroup group;
        lock (state.Gate)
        {
            RequireUnusedName(request.Name, caller.AccountId, except: null);
            group = state.CreateGroup(caller.AccountId, request.Name, isDefault: false);
        }

        Log.Created(logger, group.Name, group.Id);
        await context.WriteJsonAsync(StatusCodes.Status201Created, new ResourceGroupCreated(group.Id, group.Crn), ControlPlaneJson.Default.ResourceGroupCreated);
    }

    private async Task UpdateAsync(HttpContext context, ResourceGroup group)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceGroupRequest);
        if (request.State is not (null or ResourceGroup.Active or ResourceGroup.Suspended))
        {
            throw BadRequest($"state {request.State} is neither {ResourceGroup.Active} nor {ResourceGroup.Suspended}.");
        }

        lock (state.Gate)
        {
            if (request.Name is { Length: > 0 } name)
            {
                RequireUnusedName(name, group.AccountId, except: group.Id);
            }

            group = state.Groups.Put(group.Id, group with
            {
                Name = request.Name is { Length: > 0 } ? request.Name : group.Name,
                State = request.State ?? group.State,
                UpdatedAt = time.GetUtcNow(),
            });
        }

        await context.WriteJsonAsync(StatusCodes.Status200OK, group, ControlPlaneJson.Default.ResourceGroup);
    }

    private Task DeleteAsync(HttpContext context, ResourceGroup group)
    {
        clock.Settle();
        lock (state.Gate)
        {
            if (group.Default)
            {
                throw new ApiException(StatusCodes.Status400BadRequest, "DEFAULT_RESOURCE_GROUP", "The default resource group cannot be deleted.");
            }

            if (state.Instances.All.Any(instance => instance.ResourceGroupId == group.Id && instance.State is not (InstanceState.Removed or InstanceState.Failed)))
            {
                throw new ApiException(
                    knobs.Current.GroupNotEmptyStatus,
                    "RESOURCE_GROUP_NOT_EMPTY",
                    "Resource groups with active or pending reclamation instances can't be deleted. Use the CLI commands \"ibmcloud resource service-instances --type all\" and \"ibmcloud resource reclamations\" to check for remaining instances, then delete the instances and try again.");
            }

            state.Groups.Put(group.Id, group with { State = ResourceGroup.Deleted, UpdatedAt = time.GetUtcNow() });
        }

        Log.Deleted(logger, group.Name, group.Id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private void RequireUnusedName(string name, string account, string? except)
    {
        if (state.Groups.All.Any(group => group.AccountId == account && group.Name == name && group.Id != except
            && (group.State != ResourceGroup.Deleted || knobs.Current.DeletedGroupNamesBlocked)))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "RESOURCE_GROUP_NAME_UNIQUENESS", $"Resource group name need to be unique in one account, {name} is in use.");
        }
    }

    private bool HasCome(ResourceGroup group) => group.Default || clock.HasPassed(group.CreatedAt, knobs.Current.ResourceGroupLagSeconds);

    private ResourceGroup Find(string id, IamIdentity caller) =>
        state.Groups.TryFind(id, out var group) && group.AccountId == caller.AccountId && group.State != ResourceGroup.Deleted && HasCome(group) ? group : throw NotFound(id);

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "BAD_REQUEST", message);

    private static ApiException Forbidden(string message) => new(StatusCodes.Status403Forbidden, "FORBIDDEN", message);

    private static ApiException NotFound(string id) => new(StatusCodes.Status404NotFound, "RESOURCE_GROUP_NOT_FOUND", $"Resource group {id} is not found.");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Created resource group {Name} ({Id})")]
        public static partial void Created(ILogger logger, string name, string id);

        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted resource group {Name} ({Id})")]
        public static partial void Deleted(ILogger logger, string name, string id);
    }
}
