namespace TempoCos.CosProvisioner.ResourceController;

internal sealed record ResourceKey(string Id, string Guid, string? Name, string? SourceCrn, string? State, DateTimeOffset? CreatedAt, KeyCredentials? Credentials)
{
    public bool IsRemoved => State is "removed";
}
