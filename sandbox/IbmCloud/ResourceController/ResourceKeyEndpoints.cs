using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage.Authentication;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary><c>/v2/resource_keys</c>.</summary>
public sealed partial class ResourceKeyEndpoints(CloudState state, CloudClock clock, KnobPanel knobs, TimeProvider time, ILogger<ResourceKeyEndpoints> logger)
{
    private const string ApiKeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const int LongestName = 180;

    /// <param name="context">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="path">What follows <c>/v2/resource_keys</c>.</param>
    public Task HandleAsync(HttpContext context, IamIdentity caller, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("GET", []) => ListAsync(context, caller, "/v2/resource_keys", instance: null),
            ("POST", []) => CreateAsync(context, caller),
            ("GET", [var id]) => WriteAsync(context, StatusCodes.Status200OK, Redacted(Find(id, caller))),
            ("PATCH", [var id]) => UpdateAsync(context, caller, id),
            ("DELETE", [var id]) => DeleteAsync(context, caller, id),
            _ => throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The requested path does not exist"),
        };

    /// <summary><c>/v2/resource_instances/{id}/resource_keys</c>.</summary>
    public Task ListOfInstanceAsync(HttpContext context, IamIdentity caller, string instanceId) =>
        state.FindInstance(instanceId) is { } instance && instance.AccountId == caller.AccountId
            ? ListAsync(context, caller, instance.ResourceKeysUrl, instance)
            : throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The instance is not found");

    /// <summary>Ends a key and with it its credentials.</summary>
    public void Remove(ResourceKey key, string by, bool withInstance)
    {
        var now = time.GetUtcNow();
        state.Withdrawn.Add(new WithdrawnKey(key, now, withInstance));
        state.Keys.Put(key.Guid, key with { State = InstanceState.Removed, DeletedAt = now, DeletedBy = by, UpdatedAt = now, Credentials = null });
        Log.Deleted(logger, key.Name, key.Guid);
    }

    private Task ListAsync(HttpContext context, IamIdentity caller, string url, ResourceInstance? instance)
    {
        var query = ListQuery.Of(context, knobs.Current.PageSize);
        var rows = state.Keys.All.Where(key =>
            key.AccountId == caller.AccountId
            && key.State == InstanceState.Active
            && HasCome(key)
            && (instance is null || key.SourceCrn == instance.Crn)
            && query.Matches("guid", key.Guid)
            && query.Matches("name", key.Name)
            && query.Matches("resource_group_id", key.ResourceGroupId)
            && query.Matches("resource_id", key.ResourceId)
            && query.IsWithin(key.UpdatedAt));
        var page = query.Cut(url, rows, key => key.CreatedAt, key => key.Guid);
        if (page.RowsCount == 0 && query["name"].Length > 0 && knobs.Current.UnknownNameStatus == StatusCodes.Status404NotFound)
        {
            throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "No resource key has that name");
        }

        return context.WriteJsonAsync(
            StatusCodes.Status200OK, new Page<JsonObject>(page.RowsCount, page.NextUrl, [.. page.Resources.Select(Redacted)]), ControlPlaneJson.Default.PageJsonObject);
    }

    private async Task CreateAsync(HttpContext context, IamIdentity caller)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceKeyRequest);
        if (string.IsNullOrEmpty(request.Name) || string.IsNullOrEmpty(request.Source))
        {
            throw BadRequest("name and source are required");
        }

        RequireName(request.Name);
        var role = RoleOf(request.Role ?? Parameter(request.Parameters, "role_crn") ?? nameof(KeyRole.None));
        var serviceId = ServiceIdOf(Parameter(request.Parameters, "serviceid_crn"), caller);
        ResourceKey key;
        lock (state.Gate)
        {
            var instance = state.FindInstance(request.Source) is { } found && found.AccountId == caller.AccountId
                ? found
                : throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The source instance is not found");
            key = instance.State switch
            {
                InstanceState.Active => Make(request.Name, instance, role, serviceId, WantsHmac(request.Parameters), caller.IamId),
                InstanceState.PendingReclamation or InstanceState.Removed =>
                    throw new ApiException(StatusCodes.Status410Gone, ResourceControllerError.Gone, "The source instance is removed or pending reclamation"),
                _ => throw new ApiException(StatusCodes.Status422UnprocessableEntity, ResourceControllerError.Unprocessable, $"The source instance is {instance.State}"),
            };
            state.Keys.Put(key.Guid, key);
        }

        Log.Created(logger, key.Name, key.Guid, key.Role);
        await WriteAsync(context, StatusCodes.Status201Created, Written(key));
    }

    private ResourceKey Make(string name, ResourceInstance instance, string role, string? serviceId, bool hmac, string createdBy)
    {
        var guid = Guid.NewGuid();
        var crn = $"{instance.Crn[..^2]}:resource-key:{guid}";
        var now = time.GetUtcNow();
        return new ResourceKey
        {
            Guid = guid.ToString(),
            Crn = crn,
            CreatedAt = now,
            UpdatedAt = now,
            CreatedBy = createdBy,
            SourceCrn = instance.Crn,
            Name = name,
            Role = role,
            State = InstanceState.Active,
            AccountId = instance.AccountId,
            ResourceGroupId = instance.ResourceGroupId,
            OnetimeCredentials = instance.OnetimeCredentials,
            ResourceInstanceUrl = instance.Url,
            Credentials = new KeyCredentials(
                RandomNumberGenerator.GetString(ApiKeyAlphabet, 44),
                hmac ? new HmacKeys(guid.ToString("n"), RandomNumberGenerator.GetHexString(48, lowercase: true)) : null,
                "https://control.cloud-object-storage.cloud.ibm.com/v2/endpoints",
                $"Auto-generated for key {crn}",
                $"ApiKey-{Guid.NewGuid()}",
                name,
                role,
                serviceId ?? $"{ServiceIdPrefix(instance.AccountId)}ServiceId-{Guid.NewGuid()}",
                instance.Crn),
        };
    }

    private async Task UpdateAsync(HttpContext context, IamIdentity caller, string id)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceKeyRequest);
        if (string.IsNullOrEmpty(request.Name))
        {
            throw BadRequest("name is required");
        }

        RequireName(request.Name);
        ResourceKey key;
        lock (state.Gate)
        {
            key = RequirePresent(Find(id, caller));
            key = state.Keys.Put(key.Guid, key with { Name = request.Name, UpdatedAt = time.GetUtcNow(), UpdatedBy = caller.IamId });
        }

        await WriteAsync(context, StatusCodes.Status200OK, Redacted(key));
    }

    private Task DeleteAsync(HttpContext context, IamIdentity caller, string id)
    {
        lock (state.Gate)
        {
            Remove(RequirePresent(Find(id, caller)), caller.IamId, withInstance: false);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>The key as everybody sees it after its creation.</summary>
    private JsonObject Redacted(ResourceKey key)
    {
        var written = Written(key);
        if (key.Credentials is not null && (key.OnetimeCredentials || knobs.Current.RedactCredentials))
        {
            written["credentials"] = new JsonObject { ["REDACTED"] = key.OnetimeCredentials ? "REDACTED_EXPLICIT" : "REDACTED" };
        }

        return written;
    }

    private static JsonObject Written(ResourceKey key) => JsonSerializer.SerializeToNode(key, ControlPlaneJson.Default.ResourceKey)!.AsObject();

    private static Task WriteAsync(HttpContext context, int status, JsonObject key) => context.WriteJsonAsync(status, key, ControlPlaneJson.Default.JsonObject);

    /// <summary>The role's CRN: of a service role by its name or CRN, or of a platform role, which lets do nothing in the object store.</summary>
    private static string RoleOf(string text)
    {
        const string Platform = "crn:v1:bluemix:public:iam::::role:";
        if (text.StartsWith(Platform, StringComparison.Ordinal) && text[Platform.Length..] is "Viewer" or "Operator" or "Editor" or "Administrator")
        {
            return text;
        }

        return KeyRoles.Parse(text) is { } role ? KeyRoles.CrnOf(role) : throw BadRequest($"role {text} is not a role of Cloud Object Storage");
    }

    private static string ServiceIdPrefix(string account) => $"crn:v1:bluemix:public:iam-identity::a/{account}::serviceid:";

    private static string? ServiceIdOf(string? crn, IamIdentity caller) =>
        crn is null || crn.StartsWith(ServiceIdPrefix(caller.AccountId) + "ServiceId-", StringComparison.Ordinal) ? crn : throw BadRequest($"serviceid_crn {crn} is not a service ID of the account");

    private static string? Parameter(JsonObject? parameters, string name) => parameters?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static bool WantsHmac(JsonObject? parameters) =>
        parameters?["HMAC"] is JsonValue value
        && (value.TryGetValue(out bool flag) ? flag : value.TryGetValue(out string? text) && string.Equals(text, "true", StringComparison.OrdinalIgnoreCase));

    private static void RequireName(string name)
    {
        if (name.Length > LongestName)
        {
            throw BadRequest($"name must have at most {LongestName} characters");
        }
    }

    private static ResourceKey RequirePresent(ResourceKey key) =>
        key.State == InstanceState.Active ? key : throw new ApiException(StatusCodes.Status410Gone, ResourceControllerError.Gone, "The resource key is removed");

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, ResourceControllerError.BadRequest, message);

    private bool HasCome(ResourceKey key) => clock.HasPassed(key.CreatedAt, knobs.Current.ResourceKeyLagSeconds);

    private ResourceKey Find(string id, IamIdentity caller) =>
        state.FindKey(id) is { } key && key.AccountId == caller.AccountId && HasCome(key)
            ? key
            : throw new ApiException(StatusCodes.Status404NotFound, ResourceControllerError.NotFound, "The resource key is not found");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Created resource key {Name} ({Guid}) with role {Role}")]
        public static partial void Created(ILogger logger, string name, string guid, string role);

        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted resource key {Name} ({Guid})")]
        public static partial void Deleted(ILogger logger, string name, string guid);
    }
}
