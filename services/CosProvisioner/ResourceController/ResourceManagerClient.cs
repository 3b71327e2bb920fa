namespace TempoCos.CosProvisioner.ResourceController;

/// <summary>Resource groups.</summary>
internal sealed class ResourceManagerClient(ResourceApi api)
{
    public async Task<IReadOnlyList<ResourceGroup>> ListAsync(string accountId, string name, CancellationToken cancellationToken)
    {
        var query = $"account_id={Uri.EscapeDataString(accountId)}&name={Uri.EscapeDataString(name)}";
        var groups = await api.ListAsync("/v2/resource_groups", query, ResourceControllerJson.Default.ResourceGroups, cancellationToken);
        return [.. groups.Where(group => group.Name == name && group.IsActive)];
    }

    public async Task<IReadOnlyList<ResourceGroup>> ListAllAsync(string accountId, CancellationToken cancellationToken)
    {
        var groups = await api.ListAsync("/v2/resource_groups", $"account_id={Uri.EscapeDataString(accountId)}", ResourceControllerJson.Default.ResourceGroups, cancellationToken);
        return [.. groups.Where(group => group.IsActive)];
    }

    public Task<ResourceGroup?> FindAsync(string id, CancellationToken cancellationToken) =>
        api.Json.FindAsync(api.Url($"/v2/resource_groups/{Uri.EscapeDataString(id)}"), ResourceControllerJson.Default.ResourceGroup, cancellationToken);

    /// <summary>Only id and CRN of the answer are set, and for a while the group may not be found by others.</summary>
    public Task<ResourceGroup> CreateAsync(NewResourceGroup group, CancellationToken cancellationToken) =>
        api.Json.PostAsync(
            api.Url("/v2/resource_groups"), group, ResourceControllerJson.Default.NewResourceGroup, ResourceControllerJson.Default.ResourceGroup, cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        api.Json.DeleteAsync(api.Url($"/v2/resource_groups/{Uri.EscapeDataString(id)}"), cancellationToken);
}
