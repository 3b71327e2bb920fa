namespace TempoCos.TempoStackDeployer.Readiness.Causes;

/// <summary>Which components a component has to find before it is ready or of use.</summary>
internal static class Dependencies
{
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal)
    {
        ["distributor"] = ["ingester"],
        ["querier"] = ["ingester"],
        ["query-frontend"] = ["querier"],
        ["gateway"] = ["distributor", "query-frontend"],
        ["metrics-generator"] = ["distributor"],
    };

    /// <summary>All of them, also by way of others.</summary>
    public static IReadOnlySet<string> Of(string component)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        Add(component);
        return all;

        void Add(string current)
        {
            foreach (var needed in Needs.GetValueOrDefault(current, []))
            {
                if (all.Add(needed))
                {
                    Add(needed);
                }
            }
        }
    }
}
