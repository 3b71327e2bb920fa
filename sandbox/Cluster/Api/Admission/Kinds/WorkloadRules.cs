using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Selection;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>Deployments, ReplicaSets, StatefulSets and Jobs.</summary>
public static class WorkloadRules
{
    public static void Deployment(Field specification)
    {
        specification["replicas"].NotNegative();
        Selector(specification, "deployment");
        Template(specification);
        AlwaysRestarts(specification, "ReplicaSet");
        Strategy(specification["strategy"]);
        specification["minReadySeconds"].NotNegative();
        specification["revisionHistoryLimit"].NotNegative();
        var deadline = specification["progressDeadlineSeconds"];
        deadline.NotNegative();
        if (deadline.Number <= (specification["minReadySeconds"].Number ?? 0))
        {
            deadline.Invalid("must be greater than minReadySeconds");
        }
    }

    public static void ReplicaSet(Field specification)
    {
        specification["replicas"].NotNegative();
        specification["minReadySeconds"].NotNegative();
        Selector(specification, "deployment");
        Template(specification);
        AlwaysRestarts(specification, "ReplicaSet");
    }

    public static void StatefulSet(Field specification)
    {
        if (specification["podManagementPolicy"].Text is not ("OrderedReady" or "Parallel"))
        {
            specification["podManagementPolicy"].Invalid("must be 'OrderedReady' or 'Parallel'");
        }

        var update = specification["updateStrategy"];
        if (update["type"].Text is not ("RollingUpdate" or "OnDelete"))
        {
            update.Showing(new JsonObject { ["Type"] = update["type"].Text, ["RollingUpdate"] = update["rollingUpdate"].Value?.DeepClone() }).Invalid("must be 'RollingUpdate' or 'OnDelete'");
        }
        else if (update["type"].Text == "OnDelete" && update["rollingUpdate"].IsSet)
        {
            update["rollingUpdate"].Showing(new JsonObject { ["Partition"] = update["rollingUpdate"]["partition"].Number, ["MaxUnavailable"] = null }).Invalid("only allowed for updateStrategy 'RollingUpdate'");
        }
        else
        {
            update["rollingUpdate"]["partition"].NotNegative();
        }

        foreach (var when in (string[])["whenDeleted", "whenScaled"])
        {
            specification["persistentVolumeClaimRetentionPolicy"][when].OneOf("Retain", "Delete");
        }

        foreach (var claim in specification["volumeClaimTemplates"].Items)
        {
            ClaimRules.Specification(claim["spec"]);
        }

        specification["replicas"].NotNegative();
        specification["minReadySeconds"].NotNegative();
        specification["serviceName"].Spelled(Words.Label);
        Selector(specification, "statefulset");
        Template(specification, [.. specification["volumeClaimTemplates"].Items.Select(claim => claim["metadata"]["name"].Text)]);
        AlwaysRestarts(specification, "StatefulSet");
    }

    public static void Job(Field specification)
    {
        foreach (var number in (string[])["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex"])
        {
            specification[number].NotNegative();
        }

        specification["completionMode"].OneOf("NonIndexed", "Indexed");
        if (specification["completionMode"].Text == "Indexed" && !specification["completions"].IsSet)
        {
            specification["completions"].Required("when completion mode is Indexed");
        }

        Template(specification);
        var restart = specification["template"]["spec"]["restartPolicy"];
        if (restart.Text is "" or "Always")
        {
            restart.Required("valid values: \"OnFailure\", \"Never\"");
        }
        else
        {
            restart.OneOf("OnFailure", "Never");
        }
    }

    private static void Selector(Field specification, string kind)
    {
        var selector = specification["selector"];
        if (!selector.IsSet)
        {
            selector.Required();
            return;
        }

        var before = selector.Errors.Count;
        SelectorRules.Check(selector);
        if (selector.Errors.Count > before)
        {
            selector.Invalid(kind == "statefulset" ? "" : "invalid label selector");
        }

        if (selector["matchLabels"].Entries.Count + selector["matchExpressions"].Items.Count == 0)
        {
            selector.Invalid($"empty selector is invalid for {kind}");
        }
    }

    private static void Template(Field specification, params IEnumerable<string> claims)
    {
        var (selector, template) = (specification["selector"], specification["template"]);
        if (selector.Errors.Any(error => error.Field == selector.Path && error.Reason == "FieldValueInvalid" && !error.Message.Contains(": empty selector", StringComparison.Ordinal)))
        {
            return;
        }

        foreach (var (claim, index) in claims.Select((claim, index) => (claim, index)))
        {
            new Field(claim, $"{template.Path}.spec.volumes[{index}].name", template.Errors).DemandSpelled(Words.Label);
        }

        if (selector["matchLabels"].Entries.Count + selector["matchExpressions"].Items.Count > 0 || !selector.IsSet)
        {
            var labels = template["metadata"]["labels"];
            if (!selector.IsSet || !LabelSelector.From(selector.Value).Matches(labels.Value.TextMap()))
            {
                labels.Invalid("`selector` does not match template `labels`");
            }
        }

        MetadataRules.Labels(template["labels"].Showing(template["metadata"]["labels"].Value));
        MetadataRules.Annotations(template["annotations"].Showing(template["metadata"]["annotations"].Value));
        PodRules.Check(template["spec"], claims);
    }

    private static void AlwaysRestarts(Field specification, string kind)
    {
        var pod = specification["template"]["spec"];
        pod["restartPolicy"].OneOf("Always");
        if (pod["activeDeadlineSeconds"].IsSet)
        {
            pod["activeDeadlineSeconds"].Forbidden($"activeDeadlineSeconds in {kind} is not Supported");
        }
    }

    private static void Strategy(Field strategy)
    {
        var rolling = strategy["rollingUpdate"];
        switch (strategy["type"].Text)
        {
            case "Recreate":
                if (rolling.IsSet)
                {
                    rolling.Forbidden("may not be specified when strategy `type` is 'Recreate'");
                }

                break;
            case "RollingUpdate":
                rolling["maxUnavailable"].Share();
                rolling["maxSurge"].Share();
                if (IsNone(rolling["maxUnavailable"]) && IsNone(rolling["maxSurge"]))
                {
                    rolling["maxUnavailable"].Invalid("may not be 0 when `maxSurge` is 0");
                }

                if (rolling["maxUnavailable"].Text.EndsWith('%') && int.TryParse(rolling["maxUnavailable"].Text[..^1], out var percent) && percent > 100)
                {
                    rolling["maxUnavailable"].Invalid("must not be greater than 100%");
                }

                break;
            default:
                strategy.Showing(new JsonObject { ["Type"] = strategy["type"].Text, ["RollingUpdate"] = rolling.Value?.DeepClone() }).NotSupported("Recreate", "RollingUpdate");
                break;
        }
    }

    /// <summary>What is no share at all counts as none, too.</summary>
    private static bool IsNone(Field share) => share.Number is 0 || (share.Value.Text() is { } text && (!text.EndsWith('%') || text[..^1].All(digit => digit == '0')));
}
