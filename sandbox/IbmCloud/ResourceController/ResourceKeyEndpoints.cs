using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage.Authentication;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary><c>/v2/resource_keys</c>.</summary>
public sealed partial class ResourceKeyEndpoints(CloudState state, KnobPanel knobs, TimeProvider time, ILogger<ResourceKeyEndpoints> logger)
{
    private const string ApiKeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <param name="path">What follows <c>/v2/resource_keys</c>.</param>
    public Task HandleAsync(HttpContext context, IamIdentity caller, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("GET", []) => ListAsync(context, caller, "/v2/resource_keys", instance: null),
            ("POST", []) => CreateAsync(context, caller),
            ("GET", [var id]) => context.WriteJsonAsync(StatusCodes.Status200OK, Find(id, caller), ControlPlaneJson.Default.ResourceKey),
            ("PATCH", [var id]) => UpdateAsync(context, caller, id),
            ("DELETE", [var id]) => DeleteAsync(context, caller, id),
            _ => throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The requested path does not exist"),
        };

    /// <summary><c>/v2/resource_instances/{id}/resource_keys</c>.</summary>
    public Task ListOfInstanceAsync(HttpContext context, IamIdentity caller, string instanceId) =>
        state.FindInstance(instanceId) is { } instance && instance.AccountId == caller.AccountId
            ? ListAsync(context, caller, instance.ResourceKeysUrl, instance)
            : throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The instance is not found");

    /// <summary>Ends a key and with it its credentials.</summary>
    public void Remove(ResourceKey key)
    {
        var now = time.GetUtcNow();
        state.Keys.Put(key.Guid, key with { State = InstanceState.Removed, DeletedAt = now, UpdatedAt = now, Credentials = null });
        Log.Deleted(logger, key.Name, key.Guid);
    }

    private Task ListAsync(HttpContext context, IamIdentity caller, string url, ResourceInstance? instance)
    {
        var query = context.Request.Query;
        var rows = state.Keys.All.Where(key =>
                key.AccountId == caller.AccountId
                && key.State == InstanceState.Active
                && (instance is null || key.SourceCrn == instance.Crn)
                && Matches("guid", key.Guid)
                && Matches("name", key.Name)
                && Matches("resource_group_id", key.ResourceGroupId)
                && Matches("resource_id", key.ResourceId))
            .OrderBy(key => key.CreatedAt).ThenBy(key => key.Guid, StringComparer.Ordinal)
            .ToList();
        var page = Paging.Cut(context, url, rows, key => key.Guid, knobs.Current.PageSize);
        return context.WriteJsonAsync(StatusCodes.Status200OK, page, ControlPlaneJson.Default.PageResourceKey);

        bool Matches(string parameter, string value) => query[parameter].ToString() is var wanted && (wanted.Length == 0 || wanted == value);
    }

    private async Task CreateAsync(HttpContext context, IamIdentity caller)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceKeyRequest);
        if (request.Name is not { Length: > 0 } || request.Source is not { Length: > 0 })
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "RC-BadRequest", "name and source are required");
        }

        var role = KeyRoles.Parse(request.Role ?? "None")
            ?? throw new ApiException(StatusCodes.Status400BadRequest, "RC-BadRequest", $"role {request.Role} is not a role of Cloud Object Storage");
        ResourceKey key;
        lock (state.Gate)
        {
            var instance = state.FindInstance(request.Source) is { } found && found.AccountId == caller.AccountId
                ? found
                : throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The source instance is not found");
            if (instance.State != InstanceState.Active)
            {
                throw new ApiException(StatusCodes.Status410Gone, "RC-Gone", "The source instance is removed or pending reclamation");
            }

            key = Make(request.Name, instance, role, WantsHmac(request.Parameters), caller.IamId);
            state.Keys.Put(key.Guid, key);
        }

        Log.Created(logger, key.Name, key.Guid, role);
        await context.WriteJsonAsync(StatusCodes.Status201Created, key, ControlPlaneJson.Default.ResourceKey);
    }

    private ResourceKey Make(string name, ResourceInstance instance, KeyRole role, bool hmac, string createdBy)
    {
        var guid = Guid.NewGuid();
        var crn = $"crn:v1:bluemix:public:cloud-object-storage:global:a/{instance.AccountId}:{instance.Guid}:resource-key:{guid}";
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
            Role = KeyRoles.CrnOf(role),
            State = InstanceState.Active,
            AccountId = instance.AccountId,
            ResourceGroupId = instance.ResourceGroupId,
            ResourceInstanceUrl = instance.Url,
            Credentials = new KeyCredentials(
                RandomNumberGenerator.GetString(ApiKeyAlphabet, 44),
                hmac ? new HmacKeys(guid.ToString("n"), RandomNumberGenerator.GetHexString(48, lowercase: true)) : null,
                "https://control.cloud-object-storage.cloud.ibm.com/v2/endpoints",
                $"Auto-generated for key {crn}",
                $"ApiKey-{Guid.NewGuid()}",
                name,
                KeyRoles.CrnOf(role),
                $"crn:v1:bluemix:public:iam-identity::a/{instance.AccountId}::serviceid:ServiceId-{Guid.NewGuid()}",
                instance.Crn),
        };
    }

    private async Task UpdateAsync(HttpContext context, IamIdentity caller, string id)
    {
        var request = await context.ReadJsonAsync(ControlPlaneJson.Default.ResourceKeyRequest);
        if (request.Name is not { Length: > 0 })
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "RC-BadRequest", "name is required");
        }

        ResourceKey key;
        lock (state.Gate)
        {
            key = RequirePresent(Find(id, caller));
            key = state.Keys.Put(key.Guid, key with { Name = request.Name, UpdatedAt = time.GetUtcNow() });
        }

        await context.WriteJsonAsync(StatusCodes.Status200OK, key, ControlPlaneJson.Default.ResourceKey);
    }

    private Task DeleteAsync(HttpContext context, IamIdentity caller, string id)
    {
        lock (state.Gate)
        {
            Remove(RequirePresent(Find(id, caller)));
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static bool WantsHmac(JsonObject? parameters) =>
        parameters?["HMAC"] is JsonValue value
        && (value.TryGetValue(out bool flag) ? flag : value.TryGetValue(out string? text) && string.Equals(text, "true", StringComparison.OrdinalIgnoreCase));

    private static ResourceKey RequirePresent(ResourceKey key) =>
        key.State == InstanceState.Active ? key : throw new ApiException(StatusCodes.Status410Gone, "RC-Gone", "The resource key is removed");

    private ResourceKey Find(string id, IamIdentity caller) =>
        state.FindKey(id) is { } key && key.AccountId == caller.AccountId
            ? key
            : throw new ApiException(StatusCodes.Status404NotFound, "RC-NotFound", "The resource key is not found");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Created resource key {Name} ({Guid}) with role {Role}")]
        public static partial void Created(ILogger logger, string name, string guid, KeyRole role);

        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted resource key {Name} ({Guid})")]
        public static partial void Deleted(ILogger logger, string name, string guid);
    }
}
