namespace TempoCos.TempoStackDeployer.Clusters;

internal sealed record TempoStackStatus
{
    public string? OperatorVersion { get; init; }

    public string? TempoVersion { get; init; }

    public IReadOnlyList<StatusCondition>? Conditions { get; init; }
}
