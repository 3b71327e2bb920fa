namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>
/// Requests that make something are not cancelled with their caller but only bounded: whether they took effect must be known before anyone cleans up.
/// </summary>
internal static class Mutation
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
}
