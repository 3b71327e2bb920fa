namespace TempoCos.CosProvisioner.ResourceController;

/// <summary>The days of grace of a deleted instance.</summary>
/// <param name="ResourceInstanceId">GUID or CRN of the instance.</param>
internal sealed record Reclamation(string Id, string? ResourceInstanceId, string? State)
{
    public string? InstanceGuid => ResourceInstanceId?.StartsWith("crn:", StringComparison.Ordinal) == true ? ResourceInstanceId.Split(':')[7] : ResourceInstanceId;

    public bool IsScheduled => State is "SCHEDULED";

    public bool IsOf(string instanceGuid) => ResourceInstanceId?.Contains(instanceGuid, StringComparison.Ordinal) == true;
}
