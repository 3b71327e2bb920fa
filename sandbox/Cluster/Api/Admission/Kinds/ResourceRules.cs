using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>What a container asks for and may have at most.</summary>
public static class ResourceRules
{
    private static readonly string[] Own = ["cpu", "memory", "ephemeral-storage"];

    public static void Check(Field resources)
    {
        var (limits, requests) = (resources["limits"], resources["requests"]);
        foreach (var (name, amount) in limits.Entries)
        {
            Amount(name, amount);
        }

        foreach (var (name, amount) in requests.Entries)
        {
            Amount(name, amount);
            if (limits.Key(name) is { IsSet: true } limit)
            {
                var (asked, most) = (Quantity.Parse(amount.Value).Value, Quantity.Parse(limit.Value).Value);
                if (asked != most && !IsOvercommitted(name))
                {
                    requests.Showing(amount.Value?.ToString()).Invalid($"must be equal to {name} limit of {limit.Value}");
                }
                else if (asked > most)
                {
                    requests.Showing(amount.Value?.ToString()).Invalid($"must be less than or equal to {name} limit of {limit.Value}");
                }
            }
            else if (!IsOvercommitted(name))
            {
                limits.Required("Limit must be set for non overcommitable resources");
            }
        }
    }

    /// <summary>Not less than nothing.</summary>
    public static void NotNegative(Field amount)
    {
        if (Quantity.Parse(amount.Value).Value < 0)
        {
            amount.Showing(amount.Value?.ToString()).Invalid("must be greater than or equal to 0");
        }
    }

    private static void Amount(string name, Field amount)
    {
        foreach (var wrong in Words.Qualified(name))
        {
            amount.Showing(name).Invalid(wrong);
        }

        if (!name.Contains('/', StringComparison.Ordinal) && !Own.Contains(name) && !name.StartsWith("hugepages-", StringComparison.Ordinal))
        {
            amount.Showing(name).Invalid("must be a standard resource type or fully qualified");
            amount.Showing(name).Invalid("must be a standard resource for containers");
        }

        NotNegative(amount);
        if (!Own.Contains(name) && !name.StartsWith("hugepages-", StringComparison.Ordinal) && decimal.Truncate(Quantity.Parse(amount.Value).Value) != Quantity.Parse(amount.Value).Value)
        {
            amount.Showing(amount.Value?.ToString()).Invalid("must be an integer");
        }
    }

    private static bool IsOvercommitted(string name) => !name.StartsWith("hugepages-", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal);
}
