using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ResourceManager;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary><c>/v2/resource_instances</c>.</summary>
public sealed partial class ResourceInstanceEndpoints(CloudState state, ResourceKeyEndpoints keys, KnobPanel knobs, TimeProvider time, ILogger<ResourceInstanceEndpoints> logger)
{
    /// <param name="path">What follows <c>/v2/resource_instances</c>.</param>
    public Task HandleAsync(HttpContext context, IamIdentity caller, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("GET", []) => ListAsync(context, caller),
            ("POST", []) => CreateAsync(context, caller),
            ("GET", [var id]) => WriteAsync(context, StatusCodes.Status200OK, Find(id, caller)),
            ("PATCH", [var id]) => UpdateAsync(context, caller, Find(id, caller)),
            ("DELETE", [var id]) => DeleteAsync(context, caller, Find(id, caller)),
            ("POST", [var id, "lock"]) => LockAsync(context, Find(id, caller), locked: true),
            ("DELETE", [var id, "lock"]) => LockAsync(context, Find(id, caller), locked: false),
            ("DELETE", [var id, "last_operation"]) when Find(id, caller) is not null =>
                throw new ApiException(StatusCodes.Status422UnprocessableEntity, "RC-UnprocessableEntity", "The last operation is not cancelable"),
            _ => throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The requested path does not exist"),
        };

    private Task ListAsync(HttpContext context, IamIdentity caller)
    {
        var query = context.Request.Query;
        var wantedState = query["state"].ToString();
        var rows = state.Instances.All.Where(instance =>
                instance.AccountId == caller.AccountId
                && (wantedState.Length == 0 ? instance.State is InstanceState.Active or InstanceState.Provisioning : instance.State == wantedState)
                && Matches("guid", instance.Guid)
                && Matches("name", instance.Name)
                && Matches("resource_group_id", instance.ResourceGroupId)
                && Matches("resource_id", instance.ResourceId)
                && Matches("resource_plan_id", instance.ResourcePlanId)
                && Matches("type", instance.Type))
            .OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Guid, StringComparer.Ordinal)
            .Select(instance => instance with { Tags = null })
            .ToList();
        var page = Paging.Cut(context, "/v2/resource_instances", rows, instance => instance.Guid, knobs.Current.PageSize);
        return context.WriteJsonAsync(StatusCodes.Status200OK, page, ControlPlaneJson.Default.PageResourceInstance);

        bool Matches(string parameter, string value) => query[parameter].ToString() is var wanted && (wanted.Length == 0 || wanted == value);
    }

    private async Task CreateAsync(HttpContext context, IamIdentity caller)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceInstanceRequest);
        if (request.Name is not { Length: > 0 and <= 180 } || request.Target is not { Length: > 0 } || request.ResourceGroup is not { Length: > 0 } || request.ResourcePlanId is not { Length: > 0 })
        {
            throw BadRequest("name (at most 180 characters), target, resource_group and resource_plan_id are required");
        }

        if (!request.Name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '.' or '_' or ':'))
        {
            throw BadRequest("name may hold letters, digits, space and - . _ : only");
        }

        if (request.Target is not ("global" or "bluemix-global") && !request.Target.EndsWith("%3Aglobal", StringComparison.Ordinal) && !request.Target.EndsWith(":global", StringComparison.Ordinal))
        {
            throw BadRequest($"target {request.Target} is not a deployment of the plan");
        }

        if (request.ResourcePlanId == CosCatalog.LitePlan)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "RC-ServiceBrokerErrorResponse", "Please contact the Service Provider for this error. [409, Conflict] The Lite plan is no longer available.");
        }

        if (request.ResourcePlanId is not (CosCatalog.StandardPlan or CosCatalog.OneRatePlan))
        {
            throw BadRequest($"resource_plan_id {request.ResourcePlanId} is not a plan of Cloud Object Storage");
        }

        ResourceInstance instance;
        lock (state.Gate)
        {
            var group = GroupOf(request.ResourceGroup, caller);
            instance = state.CreateInstance(request.Name, group, request.ResourcePlanId, caller.IamId);
            instance = state.Instances.Put(instance.Guid, instance with
            {
                Parameters = request.Parameters,
                AllowCleanup = request.AllowCleanup ?? false,
                Tags = request.Tags,
                Locked = string.Equals(context.Request.Headers["Entity-Lock"], "true", StringComparison.OrdinalIgnoreCase),
            });
        }

        Log.Created(logger, instance.Name, instance.Guid);
        await WriteAsync(context, StatusCodes.Status201Created, instance);
    }

    private async Task UpdateAsync(HttpContext context, IamIdentity caller, ResourceInstance instance)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceInstanceRequest);
        lock (state.Gate)
        {
            instance = Find(instance.Guid, caller);
            RequireChangeable(instance);
            instance = state.Instances.Put(instance.Guid, instance with
            {
                Name = request.Name is { Length: > 0 } ? request.Name : instance.Name,
                Parameters = request.Parameters ?? instance.Parameters,
                AllowCleanup = request.AllowCleanup ?? instance.AllowCleanup,
                UpdatedAt = time.GetUtcNow(),
                UpdatedBy = caller.IamId,
                LastOperation = new LastOperation("update", "succeeded", null, false, "Completed update instance operation"),
            });
        }

        await WriteAsync(context, StatusCodes.Status200OK, instance);
    }

    private Task LockAsync(HttpContext context, ResourceInstance instance, bool locked)
    {
        lock (state.Gate)
        {
            instance = state.Instances.Put(instance.Guid, instance with { Locked = locked, UpdatedAt = time.GetUtcNow() });
        }

        return WriteAsync(context, StatusCodes.Status200OK, instance);
    }

    private Task DeleteAsync(HttpContext context, IamIdentity caller, ResourceInstance instance)
    {
        var recursive = string.Equals(context.Request.Query["recursive"], "true", StringComparison.OrdinalIgnoreCase);
        lock (state.Gate)
        {
            instance = Find(instance.Guid, caller);
            RequireChangeable(instance);
            var active = state.Keys.All.Where(key => key.SourceCrn == instance.Crn && key.State == InstanceState.Active).ToArray();
            if (active.Length > 0 && !recursive)
            {
                throw BadRequest("The instance has resource keys, bindings or aliases; delete them first or use recursive=true");
            }

            foreach (var key in active)
            {
                keys.Remove(key);
            }

            var now = time.GetUtcNow();
            var end = now + ReclamationClock.Retention;
            state.Instances.Put(instance.Guid, instance with
            {
                State = InstanceState.PendingReclamation,
                DeletedAt = now,
                DeletedBy = caller.IamId,
                UpdatedAt = now,
                ScheduledReclaimAt = end,
                ScheduledReclaimBy = caller.IamId,
                LastOperation = new LastOperation("reclamation", "succeeded", null, false, "Completed schedule reclamation operation"),
            });
            var id = Guid.NewGuid().ToString();
            state.Reclamations.Put(id, new Reclamation
            {
                Id = id,
                EntityId = instance.Guid,
                EntityCrn = instance.Crn,
                ResourceInstanceId = instance.Guid,
                ResourceGroupId = instance.ResourceGroupId,
                AccountId = instance.AccountId,
                State = Reclamation.Scheduled,
                TargetTime = end,
                CreatedAt = now,
                CreatedBy = caller.IamId,
                UpdatedAt = now,
            });
        }

        Log.Deleted(logger, instance.Name, instance.Guid);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static void RequireChangeable(ResourceInstance instance)
    {
        if (instance.State is InstanceState.Removed or InstanceState.PendingReclamation)
        {
            throw new ApiException(StatusCodes.Status410Gone, "RC-Gone", "The instance is removed or pending reclamation");
        }

        if (instance.Locked)
        {
            throw new ApiException(StatusCodes.Status422UnprocessableEntity, "RC-UnprocessableEntity", "The instance is locked");
        }
    }

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "RC-BadRequest", message);

    private ResourceGroup GroupOf(string id, IamIdentity caller) =>
        state.Groups.TryFind(id, out var group) && group.AccountId == caller.AccountId ? group : throw BadRequest($"resource_group {id} is not found");

    private ResourceInstance Find(string id, IamIdentity caller) =>
        state.FindInstance(id) is { } instance && instance.AccountId == caller.AccountId
            ? instance
            : throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The instance is not found");

    private static Task WriteAsync(HttpContext context, int status, ResourceInstance instance) =>
        context.WriteJsonAsync(status, instance with { Tags = null }, ControlPlaneJson.Default.ResourceInstance);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Created service instance {Name} ({Guid})")]
        public static partial void Created(ILogger logger, string name, string guid);

        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted service instance {Name} ({Guid}): pending reclamation")]
        public static partial void Deleted(ILogger logger, string name, string guid);
    }
}
