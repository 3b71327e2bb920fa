using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>Disruption budgets, network policies and quotas.</summary>
public static class PolicyRules
{
    private const string SystemPrefix = "system-";

    public static void Priority(Field root)
    {
        var (name, value) = (root["metadata"]["name"], root["value"].Number ?? 0);
        if (name.Text.StartsWith(SystemPrefix, StringComparison.Ordinal))
        {
            if (Problem(name.Text, value, root["globalDefault"].Value.Flag()) is { } problem)
            {
                name.Forbidden($"priority class names with '{SystemPrefix}' prefix are reserved for system use only. error: {problem}");
            }
        }
        else if (value > PriorityAdmission.Most)
        {
            root["value"].Forbidden($"maximum allowed value of a user defined priority is {PriorityAdmission.Most}");
        }

        root["preemptionPolicy"].OneOf("PreemptLowerPriority", "Never");
    }

    private static string? Problem(string name, long value, bool isDefault) =>
        !PriorityAdmission.SystemClasses.TryGetValue(name, out var right) ? $"{name} is not a known system priority class"
        : value != right ? $"value of {name} PriorityClass must be {right}"
        : isDefault ? $"globalDefault of {name} PriorityClass must be false"
        : null;

    private static readonly string[] Counted =
        ["cpu", "memory", "ephemeral-storage", "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers", "requests.storage"];

    public static void Disruption(Field specification)
    {
        if (specification["minAvailable"].IsSet && specification["maxUnavailable"].IsSet)
        {
            specification.Showing(new JsonObject
            {
                ["MinAvailable"] = specification["minAvailable"].Value?.DeepClone(),
                ["Selector"] = specification["selector"].Value?.DeepClone(),
                ["MaxUnavailable"] = specification["maxUnavailable"].Value?.DeepClone(),
                ["UnhealthyPodEvictionPolicy"] = specification["unhealthyPodEvictionPolicy"].Value?.DeepClone(),
            }).Invalid("minAvailable and maxUnavailable cannot be both set");
        }

        specification["minAvailable"].Share();
        specification["maxUnavailable"].Share();
        SelectorRules.Check(specification["selector"]);
    }

    public static void Network(Field specification)
    {
        SelectorRules.Check(specification["podSelector"]);
        foreach (var rule in ((string[])["ingress", "egress"]).SelectMany(way => specification[way].Items))
        {
            foreach (var port in rule["ports"].Items)
            {
                NetworkPort(port);
            }
        }

        foreach (var type in specification["policyTypes"].Items)
        {
            type.OneOf("Ingress", "Egress");
        }
    }

    public static void Quota(Field hard)
    {
        foreach (var (name, amount) in hard.Entries)
        {
            var isKnown = Counted.Contains(name) || name.Contains('/', StringComparison.Ordinal) || name.StartsWith("requests.", StringComparison.Ordinal) || name.StartsWith("limits.", StringComparison.Ordinal);
            foreach (var wrong in isKnown ? Words.Qualified(name) : ["must be a standard resource type or fully qualified", "must be a standard resource for quota"])
            {
                amount.Showing(name).Invalid(wrong);
            }

            ResourceRules.NotNegative(amount);
        }
    }

    private static void NetworkPort(Field port)
    {
        port["protocol"].OneOf("TCP", "UDP", "SCTP");
        if (port["port"].Number is { } first)
        {
            port["port"].Port();
            if (port["endPort"].Number is { } last)
            {
                if (last < first)
                {
                    port["endPort"].Showing(first).Invalid("must be greater than or equal to `port`");
                }

                port["endPort"].Port();
            }
        }
        else
        {
            if (port["endPort"].IsSet && port["port"].IsSet)
            {
                port["endPort"].Invalid("may not be specified when `port` is non-numeric");
            }
            else if (port["endPort"].IsSet)
            {
                port["endPort"].Invalid("may not be specified when `port` is not specified");
            }

            port["port"].Spelled(Words.PortName);
        }
    }
}
