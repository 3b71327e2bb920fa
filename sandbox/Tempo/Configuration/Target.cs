namespace TempoCos.Tempo.Configuration;

/// <summary>Which components a process runs.</summary>
public sealed record Target(bool Distributor, bool Ingester, bool Querier, bool QueryFrontend, bool Compactor, bool MetricsGenerator)
{
    public static IReadOnlyList<string> Names { get; } =
        ["all", "distributor", "ingester", "querier", "query-frontend", "compactor", "metrics-generator", "scalable-single-binary"];

    /// <summary>Everything but the metrics-generator in one process: rings are in memory and calls stay inside.</summary>
    public bool IsAll => Distributor && Ingester && Querier && QueryFrontend && Compactor;

    public bool NeedsStorage => Ingester || Querier || QueryFrontend || Compactor;

    /// <summary>The query-frontend is the only one that needs no list of the others: queriers come to it.</summary>
    public bool NeedsRing => Distributor || Ingester || Querier || Compactor || MetricsGenerator;

    public IEnumerable<string> Components
    {
        get
        {
            if (Distributor) { yield return "distributor"; }
            if (Ingester) { yield return "ingester"; }
            if (Querier) { yield return "querier"; }
            if (QueryFrontend) { yield return "query-frontend"; }
            if (Compactor) { yield return "compactor"; }
            if (MetricsGenerator) { yield return "metrics-generator"; }
        }
    }

    public static Target Parse(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
        {
            if (!Names.Contains(name))
            {
                throw ConfigurationException.UnknownTarget(name);
            }
        }

        var all = names.Length == 0 || names.Contains("all") || names.Contains("scalable-single-binary");
        return new(Has("distributor"), Has("ingester"), Has("querier"), Has("query-frontend"), Has("compactor"), names.Contains("metrics-generator"));

        bool Has(string name) => all || names.Contains(name);
    }
}
