namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The states of a service instance that the emulator knows.</summary>
public static class InstanceState
{
    public const string Active = "active";
    public const string Provisioning = "provisioning";
    public const string PendingReclamation = "pending_reclamation";
    public const string Removed = "removed";
}
