namespace TempoCos.TempoStackDeployer.Clusters;

internal sealed record StatusCondition
{
    public string Type { get; init; } = "";

    public string Status { get; init; } = "";

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public long? ObservedGeneration { get; init; }

    public bool IsTrue => Status == "True";
}
