namespace TempoCos.CosProvisioner.ResourceController;

/// <summary>Service instances, their keys, and the reclamations that follow their deletion.</summary>
internal sealed class ResourceControllerClient(ResourceApi api)
{
    public const string ObjectStorage = "dff97f5c-bc5e-4455-b470-411c3edbe49c";

    /// <summary>Object storage instances of the group; without a state, those that are active or being provisioned.</summary>
    public async Task<IReadOnlyList<ServiceInstance>> ListInstancesAsync(string groupId, string name, string? state, CancellationToken cancellationToken)
    {
        var query = $"name={Uri.EscapeDataString(name)}&resource_group_id={Uri.EscapeDataString(groupId)}&resource_id={ObjectStorage}{State(state)}";
        var instances = await api.ListAsync("/v2/resource_instances", query, ResourceControllerJson.Default.ServiceInstances, cancellationToken);
        return [.. instances.Where(instance => instance.Name == name && instance.ResourceGroupId == groupId)];
    }

    /// <summary>Every object storage instance of the account.</summary>
    public Task<IReadOnlyList<ServiceInstance>> ListAllInstancesAsync(string? state, CancellationToken cancellationToken) =>
        api.ListAsync("/v2/resource_instances", $"resource_id={ObjectStorage}{State(state)}", ResourceControllerJson.Default.ServiceInstances, cancellationToken);

    /// <summary>Instances of every service in the group.</summary>
    public Task<IReadOnlyList<ServiceInstance>> ListInstancesOfGroupAsync(string groupId, string? state, CancellationToken cancellationToken) =>
        api.ListAsync(
            "/v2/resource_instances",
            $"resource_group_id={Uri.EscapeDataString(groupId)}{State(state)}",
            ResourceControllerJson.Default.ServiceInstances,
            cancellationToken);

    /// <summary>Also finds instances that were deleted: their state says so.</summary>
    public Task<ServiceInstance?> FindInstanceAsync(string id, CancellationToken cancellationToken) =>
        api.Json.FindAsync(InstanceUrl(id), ResourceControllerJson.Default.ServiceInstance, cancellationToken);

    public Task<ServiceInstance> CreateInstanceAsync(NewServiceInstance instance, CancellationToken cancellationToken) =>
        api.Json.PostAsync(
            api.Url("/v2/resource_instances"),
            instance,
            ResourceControllerJson.Default.NewServiceInstance,
            ResourceControllerJson.Default.ServiceInstance,
            cancellationToken);

    /// <summary>Together with the keys that are left.</summary>
    public Task DeleteInstanceAsync(string id, CancellationToken cancellationToken) =>
        api.Json.DeleteAsync(new Uri($"{InstanceUrl(id)}?recursive=true"), cancellationToken);

    public async Task<IReadOnlyList<ResourceKey>> ListKeysAsync(string instanceId, string name, CancellationToken cancellationToken)
    {
        var path = $"/v2/resource_instances/{Uri.EscapeDataString(instanceId)}/resource_keys";
        var keys = await api.ListAsync(path, "limit=100", ResourceControllerJson.Default.ResourceKeys, cancellationToken);
        return [.. keys.Where(key => key.Name == name && !key.IsRemoved)];
    }

    public Task<ResourceKey?> FindKeyAsync(string guid, CancellationToken cancellationToken) =>
        api.Json.FindAsync(KeyUrl(guid), ResourceControllerJson.Default.ResourceKey, cancellationToken);

    public Task<ResourceKey> CreateKeyAsync(NewResourceKey key, CancellationToken cancellationToken) =>
        api.Json.PostAsync(
            api.Url("/v2/resource_keys"), key, ResourceControllerJson.Default.NewResourceKey, ResourceControllerJson.Default.ResourceKey, cancellationToken);

    public Task DeleteKeyAsync(string guid, CancellationToken cancellationToken) => api.Json.DeleteAsync(KeyUrl(guid), cancellationToken);

    /// <summary>Those of the whole account.</summary>
    public Task<IReadOnlyList<Reclamation>> ListReclamationsAsync(string accountId, CancellationToken cancellationToken) =>
        api.ListAsync("/v1/reclamations", $"account_id={Uri.EscapeDataString(accountId)}", ResourceControllerJson.Default.Reclamations, cancellationToken);

    /// <summary>Those of this instance alone, whatever the service makes of the filter.</summary>
    public async Task<IReadOnlyList<Reclamation>> ListReclamationsAsync(string accountId, string instanceGuid, CancellationToken cancellationToken)
    {
        var query = $"account_id={Uri.EscapeDataString(accountId)}&resource_instance_id={Uri.EscapeDataString(instanceGuid)}";
        var reclamations = await api.ListAsync("/v1/reclamations", query, ResourceControllerJson.Default.Reclamations, cancellationToken);
        return [.. reclamations.Where(reclamation => reclamation.IsOf(instanceGuid))];
    }

    public async Task<Reclamation?> FindReclamationAsync(string accountId, string id, CancellationToken cancellationToken)
    {
        var reclamations = await api.ListAsync("/v1/reclamations", $"account_id={Uri.EscapeDataString(accountId)}", ResourceControllerJson.Default.Reclamations, cancellationToken);
        return reclamations.FirstOrDefault(reclamation => reclamation.Id == id);
    }

    /// <summary>Deletes for good, now instead of in seven days.</summary>
    public Task<Reclamation> ReclaimAsync(string reclamationId, string runId, CancellationToken cancellationToken) =>
        api.Json.PostAsync(
            api.Url($"/v1/reclamations/{Uri.EscapeDataString(reclamationId)}/actions/reclaim"),
            new ReclaimRequest("tempocos", $"run {runId} is over"),
            ResourceControllerJson.Default.ReclaimRequest,
            ResourceControllerJson.Default.Reclamation,
            cancellationToken);

    private static string State(string? state) => state is null ? "" : $"&state={state}";

    private Uri InstanceUrl(string id) => api.Url($"/v2/resource_instances/{Uri.EscapeDataString(id)}");

    private Uri KeyUrl(string guid) => api.Url($"/v2/resource_keys/{Uri.EscapeDataString(guid)}");
}
