using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the API server fills into workloads, beyond their pod templates.</summary>
public static class WorkloadDefaults
{
    private const string JobName = "batch.kubernetes.io/job-name";
    private const string ControllerUid = "batch.kubernetes.io/controller-uid";

    public static void Deployment(JsonObject spec)
    {
        var strategy = spec.Ensure("strategy");
        strategy["type"] ??= "RollingUpdate";
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate")["maxUnavailable"] ??= "25%";
            strategy.Ensure("rollingUpdate")["maxSurge"] ??= "25%";
        }

        spec["revisionHistoryLimit"] ??= 10;
        spec["progressDeadlineSeconds"] ??= 600;
    }

    public static void StatefulSet(JsonObject spec)
    {
        spec["podManagementPolicy"] ??= "OrderedReady";
        var strategy = spec.Ensure("updateStrategy");
        strategy["type"] ??= "RollingUpdate";
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate")["partition"] ??= 0;
        }

        spec["revisionHistoryLimit"] ??= 10;
        spec.Ensure("persistentVolumeClaimRetentionPolicy")["whenDeleted"] ??= "Retain";
        spec.Ensure("persistentVolumeClaimRetentionPolicy")["whenScaled"] ??= "Retain";
    }

    /// <summary>A Job selects its pods by its own uid, unless it says that it selects them itself.</summary>
    public static void Job(JsonObject given, JsonObject? live)
    {
        var spec = given.Ensure("spec");
        var name = given.Text("metadata", "name");
        if (spec.Text("template", "spec", "restartPolicy") is not ("Never" or "OnFailure"))
        {
            throw ApiException.Invalid("Job", "batch", name ?? "", new FieldError("FieldValueNotSupported", "spec.template.spec.restartPolicy",
                $"Unsupported value: \"{spec.Text("template", "spec", "restartPolicy") ?? "Always"}\": supported values: \"OnFailure\", \"Never\""));
        }

        spec["completionMode"] ??= "NonIndexed";
        if (spec.At("completions") is null && spec.At("parallelism") is null)
        {
            spec["completions"] = 1;
        }

        spec["parallelism"] ??= 1;
        spec["backoffLimit"] ??= 6;
        spec["suspend"] ??= false;
        spec["podReplacementPolicy"] ??= "TerminatingOrFailed";
        if (!spec.Flag("manualSelector"))
        {
            var uid = (live ?? given).Text("metadata", "uid");
            var labels = spec.Ensure("template", "metadata", "labels");
            foreach (var (label, value) in (ReadOnlySpan<(string, string?)>)[("controller-uid", uid), ("job-name", name), (ControllerUid, uid), (JobName, name)])
            {
                labels[label] = value;
            }

            spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [ControllerUid] = uid } };
        }
    }
}
