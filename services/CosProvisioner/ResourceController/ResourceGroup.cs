namespace TempoCos.CosProvisioner.ResourceController;

internal sealed record ResourceGroup(string Id, string? Crn, string? Name, string? State, DateTimeOffset? CreatedAt)
{
    /// <summary>A group that is not suspended or deleted.</summary>
    public bool IsActive => State is null or "ACTIVE";
}
