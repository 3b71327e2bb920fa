using TempoCos.TempoStackDeployer.Diagnosis.Checks;

namespace TempoCos.TempoStackDeployer.Diagnosis;

/// <summary>Every check, by id.</summary>
internal static class StackChecks
{
    public static IReadOnlyList<StackCheck> All { get; } =
    [
        new PollingCostCheck(),
        new RetentionCheck(),
        new RotationCheck(),
        new SecretAndVolumeCheck(),
        new ComponentsCheck(),
        new IngesterLossCheck(),
        new FlushQueueCheck(),
        new FlushWindowCheck(),
        new ClocksCheck(),
        new SearchRangeCheck(),
        new BackendCheck(),
        new BlocksCheck(),
        new DiscardedSpansCheck(),
    ];
}
