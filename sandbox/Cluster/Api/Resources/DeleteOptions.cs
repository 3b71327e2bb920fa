using TempoCos.Cluster.Access;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>How something is deleted, and by whom; without a user (the cluster itself) nothing is asked of admission.</summary>
public sealed record DeleteOptions(string Propagation = "Background", long? GracePeriodSeconds = null, string? Uid = null, string? Version = null, bool DryRun = false)
{
    public UserInfo? User { get; init; }

    /// <summary>Tells the client something without refusing.</summary>
    public Action<string>? Warn { get; init; }
}
