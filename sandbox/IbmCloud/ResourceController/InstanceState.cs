namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The states of a service instance. The emulator's own instances are never inactive, pending removal or before provisioning.</summary>
public static class InstanceState
{
    public const string Active = "active";
    public const string Provisioning = "provisioning";
    public const string Failed = "failed";
    public const string PendingReclamation = "pending_reclamation";
    public const string Removed = "removed";

    /// <summary>What a list may be filtered by.</summary>
    public static readonly string[] Known = [Active, Failed, "inactive", PendingReclamation, "pre_provisioning", Provisioning, Removed];
}
