namespace TempoCos.Cluster.Operator;

/// <summary>One of Tempo's components: its name, its name in the status, and where the TempoStack configures it.</summary>
public sealed record TempoComponent(string Name, string StatusName, string[] TemplatePath)
{
    public static TempoComponent Distributor { get; } = new("distributor", "distributor", ["distributor", "component"]);

    public static TempoComponent Ingester { get; } = new("ingester", "ingester", ["ingester"]);

    public static TempoComponent Compactor { get; } = new("compactor", "compactor", ["compactor"]);

    public static TempoComponent Querier { get; } = new("querier", "querier", ["querier"]);

    public static TempoComponent QueryFrontend { get; } = new("query-frontend", "queryFrontend", ["queryFrontend", "component"]);

    public static TempoComponent Gateway { get; } = new("gateway", "gateway", ["gateway", "component"]);

    public static TempoComponent MetricsGenerator { get; } = new("metrics-generator", "metricsGenerator", ["metricsGenerator", "component"]);

    /// <summary>Those that every stack has.</summary>
    public static IReadOnlyList<TempoComponent> Always { get; } = [Distributor, Ingester, Querier, QueryFrontend, Compactor];

    public static IReadOnlyList<TempoComponent> All { get; } = [.. Always, Gateway, MetricsGenerator];
}
