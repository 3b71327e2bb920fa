namespace TempoCos.Cluster.Operator;

/// <summary>One of Tempo's components: its name, where the TempoStack configures it, and its part of the total resources.</summary>
public sealed record TempoComponent(string Name, string StatusName, string[] TemplatePath, double CpuShare, double MemoryShare)
{
    public static TempoComponent Distributor { get; } = new("distributor", "distributor", ["distributor", "component"], 0.27, 0.12);

    public static TempoComponent Ingester { get; } = new("ingester", "ingester", ["ingester"], 0.38, 0.50);

    public static TempoComponent Compactor { get; } = new("compactor", "compactor", ["compactor"], 0.16, 0.18);

    public static TempoComponent Querier { get; } = new("querier", "querier", ["querier"], 0.10, 0.15);

    public static TempoComponent QueryFrontend { get; } = new("query-frontend", "queryFrontend", ["queryFrontend", "component"], 0.045, 0.025);

    public static IReadOnlyList<TempoComponent> All { get; } = [Distributor, Ingester, Querier, QueryFrontend, Compactor];
}
