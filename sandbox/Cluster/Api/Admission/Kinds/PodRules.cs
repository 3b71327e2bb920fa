using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>What a pod is to be, by itself or as the template of a workload.</summary>
public static class PodRules
{
    private static readonly string[] Effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    /// <param name="specification">The pod's.</param>
    /// <param name="claims">Volumes that the workload adds.</param>
    public static void Check(Field specification, params IEnumerable<string> claims)
    {
        var volumes = VolumeRules.Check(specification["volumes"]);
        volumes.UnionWith(claims);
        ContainerRules.Check(specification, volumes);
        specification["restartPolicy"].OneOf("Always", "OnFailure", "Never");
        specification["dnsPolicy"].OneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        MetadataRules.Labels(specification["nodeSelector"]);
        foreach (var id in ((string[])["fsGroup", "runAsUser", "runAsGroup"]).Select(name => specification["securityContext"][name]))
        {
            id.Identity();
        }

        foreach (var constraint in specification["topologySpreadConstraints"].Items)
        {
            if (constraint["maxSkew"].Number is not > 0)
            {
                constraint["maxSkew"].Showing(constraint["maxSkew"].Value ?? 0).Invalid("must be greater than zero");
            }

            constraint["topologyKey"].Demand("can not be empty");
            if (constraint["whenUnsatisfiable"].Text is not ("DoNotSchedule" or "ScheduleAnyway"))
            {
                constraint["whenUnsatisfiable"].Showing(constraint["whenUnsatisfiable"].Text).NotSupported("DoNotSchedule", "ScheduleAnyway");
            }

            SelectorRules.Check(constraint["labelSelector"]);
        }

        specification["serviceAccountName"].Spelled(Words.Subdomain);
        specification["priorityClassName"].Spelled(Words.Subdomain);
        specification["nodeName"].Spelled(Words.Subdomain);
        if (specification["activeDeadlineSeconds"].Number is < 1)
        {
            specification["activeDeadlineSeconds"].Invalid("must be between 1 and 2147483647, inclusive");
        }

        specification["hostname"].Spelled(Words.Label);
        specification["subdomain"].Spelled(Words.Label);
        foreach (var toleration in specification["tolerations"].Items)
        {
            Toleration(toleration);
        }
    }

    private static void Toleration(Field toleration)
    {
        toleration["key"].Spelled(Words.Qualified);
        var operation = toleration["operator"];
        if (toleration["key"].Text.Length == 0 && operation.Text != "Exists")
        {
            operation.Showing(operation.Text).Invalid("operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }

        if (toleration["tolerationSeconds"].IsSet && toleration["effect"].Text != "NoExecute")
        {
            toleration["effect"].Showing(toleration["effect"].Text).Invalid("effect must be 'NoExecute' when `tolerationSeconds` is set");
        }

        switch (operation.Text)
        {
            case "" or "Equal":
                operation.Showing(toleration["value"].Value.Text()).Spelled(Words.LabelValue);
                break;
            case "Exists" when toleration["value"].Text.Length > 0:
                operation.Showing(toleration["value"].Text).Invalid("value must be empty when `operator` is 'Exists'");
                break;
            case "Exists":
                break;
            default:
                operation.NotSupported("Equal", "Exists");
                break;
        }

        if (toleration["effect"].Text.Length > 0)
        {
            toleration["effect"].OneOf(Effects);
        }
    }
}
