namespace TempoCos.CosProvisioner.ResourceController;

internal sealed record ServiceInstance(
    string Id, string Guid, string? Crn, string? Name, string? State, string? ResourceGroupId, DateTimeOffset? CreatedAt, string? ResourcePlanId = null, bool Locked = false, string? ResourceId = null)
{
    /// <summary>In use, or on its way to be.</summary>
    public bool IsLive => State is "active" or "provisioning" or "pre_provisioning" or "inactive";

    public bool IsPendingReclamation => State is "pending_reclamation";

    public bool IsObjectStorage => ResourceId is ResourceControllerClient.ObjectStorage;

    public bool IsRemoved => State is "removed";
}
