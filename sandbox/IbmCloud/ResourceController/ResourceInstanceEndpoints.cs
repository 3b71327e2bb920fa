using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ResourceManager;
using TempoCos.IbmCloud.Tags;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary><c>/v2/resource_instances</c>.</summary>
public sealed partial class ResourceInstanceEndpoints(
    CloudState state, ResourceKeyEndpoints keys, TagStore tags, KnobPanel knobs, TimeProvider time, ILogger<ResourceInstanceEndpoints> logger)
{
    private const int LongestName = 180;

    /// <param name="context">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="path">What follows <c>/v2/resource_instances</c>.</param>
    public Task HandleAsync(HttpContext context, IamIdentity caller, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("GET", []) => ListAsync(context, caller),
            ("POST", []) => CreateAsync(context, caller),
            ("GET", [var id]) => WriteAsync(context, StatusCodes.Status200OK, Find(id, caller)),
            ("PATCH", [var id]) => UpdateAsync(context, caller, Find(id, caller)),
            ("DELETE", [var id]) => DeleteAsync(context, caller, Find(id, caller)),
            ("GET", [var id, "resource_aliases" or "resource_bindings"]) when Find(id, caller) is not null =>
                context.WriteJsonAsync(StatusCodes.Status200OK, new Page<JsonObject>(0, null, []), ControlPlaneJson.Default.PageJsonObject),
            ("POST", [var id, "lock"]) => LockAsync(context, Find(id, caller), locked: true),
            ("DELETE", [var id, "lock"]) => LockAsync(context, Find(id, caller), locked: false),
            ("DELETE", [var id, "last_operation"]) when Find(id, caller) is not null => throw Unprocessable("The last operation is not cancelable"),
            _ => throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The requested path does not exist"),
        };

    private Task ListAsync(HttpContext context, IamIdentity caller)
    {
        var query = ListQuery.Of(context, knobs.Current.PageSize);
        var wantedState = query["state"];
        if (wantedState.Length > 0 && !InstanceState.Known.Contains(wantedState))
        {
            throw BadRequest($"state {wantedState} is not one of {string.Join(", ", InstanceState.Known)}");
        }

        var rows = state.Instances.All.Where(instance =>
            instance.AccountId == caller.AccountId
            && (wantedState.Length == 0 ? instance.State is InstanceState.Active or InstanceState.Provisioning : instance.State == wantedState)
            && query.Matches("guid", instance.Guid)
            && query.Matches("name", instance.Name)
            && query.Matches("resource_group_id", instance.ResourceGroupId)
            && query.Matches("resource_id", instance.ResourceId)
            && query.Matches("resource_plan_id", instance.ResourcePlanId)
            && query.Matches("type", instance.Type)
            && query.Matches("sub_type", instance.SubType)
            && query.IsWithin(instance.UpdatedAt));
        var page = query.Cut("/v2/resource_instances", rows.Select(WithoutTags), instance => instance.CreatedAt, instance => instance.Guid);
        RequireKnownName(query, page.RowsCount);
        return context.WriteJsonAsync(StatusCodes.Status200OK, page, ControlPlaneJson.Default.PageResourceInstance);
    }

    private async Task CreateAsync(HttpContext context, IamIdentity caller)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceInstanceRequest);
        if (string.IsNullOrEmpty(request.Name) || string.IsNullOrEmpty(request.Target) || string.IsNullOrEmpty(request.ResourceGroup) || string.IsNullOrEmpty(request.ResourcePlanId))
        {
            throw BadRequest("name, target, resource_group and resource_plan_id are required");
        }

        RequireName(request.Name);
        RequirePlan(request.ResourcePlanId);
        RequireTarget(request.Target, request.ResourcePlanId);
        ResourceInstance instance;
        var provisioning = knobs.Current.InstanceAsync > 0;
        lock (state.Gate)
        {
            var group = GroupOf(request.ResourceGroup, caller);
            instance = state.CreateInstance(request.Name, group, request.ResourcePlanId, caller.IamId);
            instance = state.Instances.Put(instance.Guid, instance with
            {
                Parameters = request.Parameters,
                OnetimeCredentials = request.Parameters?["onetime_credentials"] is JsonValue flag && flag.TryGetValue(out bool once) && once,
                AllowCleanup = request.AllowCleanup ?? false,
                Tags = request.Tags,
                Locked = string.Equals(context.Request.Headers["Entity-Lock"], "true", StringComparison.OrdinalIgnoreCase),
                State = provisioning ? InstanceState.Provisioning : InstanceState.Active,
                LastOperation = provisioning
                    ? new LastOperation("create", LastOperation.InProgress, null, Async: true, "Started create instance operation", PollAfter: 5, Poll: true)
                    : instance.LastOperation,
            });
        }

        tags.Register(request.Tags ?? []);
        Log.Created(logger, instance.Name, instance.Guid);
        await WriteAsync(context, provisioning ? StatusCodes.Status202Accepted : StatusCodes.Status201Created, instance);
    }

    private async Task UpdateAsync(HttpContext context, IamIdentity caller, ResourceInstance instance)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceInstanceRequest);
        if (request.Name is { } name)
        {
            RequireName(name);
        }

        if (request.ResourcePlanId is { } plan)
        {
            RequirePlan(plan);
        }

        lock (state.Gate)
        {
            instance = Find(instance.Guid, caller);
            RequireChangeable(instance);
            var now = time.GetUtcNow();
            instance = state.Instances.Put(instance.Guid, instance with
            {
                Name = request.Name ?? instance.Name,
                ResourcePlanId = request.ResourcePlanId ?? instance.ResourcePlanId,
                PlanHistory = request.ResourcePlanId is { } other && other != instance.ResourcePlanId
                    ? [.. instance.PlanHistory, new PlanHistory(other, now, caller.IamId)]
                    : instance.PlanHistory,
                Parameters = request.Parameters ?? instance.Parameters,
                AllowCleanup = request.AllowCleanup ?? instance.AllowCleanup,
                UpdatedAt = now,
                UpdatedBy = caller.IamId,
                LastOperation = LastOperation.Done("update", "update instance"),
            });
        }

        await WriteAsync(context, StatusCodes.Status200OK, instance);
    }

    private Task LockAsync(HttpContext context, ResourceInstance instance, bool locked)
    {
        lock (state.Gate)
        {
            RequirePresent(instance);
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
                keys.Remove(key, caller.IamId, withInstance: true);
            }

            Schedule(instance, caller);
        }

        Log.Deleted(logger, instance.Name, instance.Guid);
        context.Response.StatusCode = knobs.Current.InstanceDeleteStatus;
        context.Response.ContentLength = context.Response.StatusCode == StatusCodes.Status204NoContent ? null : 0;
        return Task.CompletedTask;
    }

    /// <summary>Nothing is lost yet: the instance waits for its reclamation.</summary>
    private void Schedule(ResourceInstance instance, IamIdentity caller)
    {
        var now = time.GetUtcNow();
        var end = now + CloudClock.Retention;
        state.Instances.Put(instance.Guid, instance with
        {
            State = InstanceState.PendingReclamation,
            DeletedAt = now,
            DeletedBy = caller.IamId,
            UpdatedAt = now,
            ScheduledReclaimAt = end,
            ScheduledReclaimBy = caller.IamId,
            LastOperation = LastOperation.Done("reclamation", "schedule reclamation"),
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

    private static void RequireName(string name)
    {
        if (name.Length is 0 or > LongestName)
        {
            throw BadRequest($"name must have 1 to {LongestName} characters");
        }

        if (!name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '.' or '_' or ':'))
        {
            throw BadRequest("name may hold letters, digits, space and - . _ : only");
        }
    }

    private static void RequirePlan(string plan)
    {
        const string Reason = "The account already has an instance created with the Lite plan.";
        if (plan == CosCatalog.LitePlan)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest,
                ResourceControllerError.Broker,
                $"Please contact the Service Provider for this error. [409, Conflict] {Reason}",
                JsonSerializer.Serialize(new JsonObject { ["description"] = Reason }, ControlPlaneJson.Default.JsonObject));
        }

        if (plan is not (CosCatalog.StandardPlan or CosCatalog.OneRatePlan))
        {
            throw BadRequest($"resource_plan_id {plan} is not a plan of Cloud Object Storage");
        }
    }

    /// <summary>A location, or the CRN of the plan's deployment there.</summary>
    private static void RequireTarget(string target, string plan)
    {
        // Only bluemix-global is not confirmed: it is what older clients send.
        if (target is not (CosCatalog.Location or "bluemix-global")
            && !(target.StartsWith("crn:", StringComparison.Ordinal) && Uri.UnescapeDataString(target).EndsWith($":deployment:{plan}:{CosCatalog.Location}", StringComparison.Ordinal)))
        {
            throw BadRequest($"target {target} is not a deployment of the plan");
        }
    }

    private void RequireKnownName(ListQuery query, int rows)
    {
        if (rows == 0 && query["name"].Length > 0 && knobs.Current.UnknownNameStatus == StatusCodes.Status404NotFound)
        {
            throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "No instance has that name");
        }
    }

    private static void RequirePresent(ResourceInstance instance)
    {
        if (instance.State is InstanceState.Removed or InstanceState.PendingReclamation)
        {
            throw new ApiException(StatusCodes.Status410Gone, ResourceControllerError.Gone, "The instance is removed or pending reclamation");
        }
    }

    private static void RequireChangeable(ResourceInstance instance)
    {
        RequirePresent(instance);
        if (instance.Locked)
        {
            throw Unprocessable("The instance is locked");
        }

        if (instance.State == InstanceState.Provisioning)
        {
            throw Unprocessable("An operation on the instance is in progress");
        }
    }

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, ResourceControllerError.BadRequest, message);

    private static ApiException Unprocessable(string message) => new(StatusCodes.Status422UnprocessableEntity, ResourceControllerError.Unprocessable, message);

    private ResourceGroup GroupOf(string id, IamIdentity caller) =>
        state.Groups.TryFind(id, out var group) && group.AccountId == caller.AccountId && group.State != ResourceGroup.Deleted
            ? group
            : throw BadRequest($"resource_group {id} is not found");

    private ResourceInstance Find(string id, IamIdentity caller) =>
        state.FindInstance(id) is { } instance && instance.AccountId == caller.AccountId
            ? instance
            : throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The instance is not found");

    private static ResourceInstance WithoutTags(ResourceInstance instance) => instance with { Tags = null };

    private static Task WriteAsync(HttpContext context, int status, ResourceInstance instance) =>
        context.WriteJsonAsync(status, WithoutTags(instance), ControlPlaneJson.Default.ResourceInstance);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Created service instance {Name} ({Guid})")]
        public static partial void Created(ILogger logger, string name, string guid);

        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted service instance {Name} ({Guid}): pending reclamation")]
        public static partial void Deleted(ILogger logger, string name, string guid);
    }
}
