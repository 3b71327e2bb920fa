using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the API server fills into workloads, beyond their pod templates.</summary>
public static class WorkloadDefaults
{
    private const string JobName = "batch.kubernetes.io/job-name";
    private const string ControllerUid = "batch.kubernetes.io/controller-uid";

    public static void Template(JsonObject spec) => PodDefaults.Specification(spec.Ensure("template", "spec"));

    public static void Deployment(JsonObject spec)
    {
        spec["replicas"] ??= 1;
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
        spec["replicas"] ??= 1;
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
        foreach (var claim in spec.Objects("volumeClaimTemplates"))
        {
            claim["apiVersion"] ??= "v1";
            claim["kind"] ??= "PersistentVolumeClaim";
            claim.Ensure("spec")["volumeMode"] ??= "Filesystem";
            claim.Ensure("status")["phase"] ??= "Pending";
        }
    }

    public static void Job(JsonObject spec)
    {
        spec["completionMode"] ??= "NonIndexed";
        if (spec.At("completions") is null && spec.At("parallelism") is null)
        {
            spec["completions"] = 1;
        }

        spec["parallelism"] ??= 1;
        spec["backoffLimit"] ??= spec.At("backoffLimitPerIndex") is null ? 6 : int.MaxValue;
        spec["suspend"] ??= false;
        spec["podReplacementPolicy"] ??= spec.At("podFailurePolicy") is null ? "TerminatingOrFailed" : "Failed";
    }

    /// <summary>A Job selects its pods by its own uid, unless it says that it selects them itself.</summary>
    public static void SelectPods(JsonObject job, JsonObject? live)
    {
        var spec = job.Ensure("spec");
        if (spec.Flag("manualSelector"))
        {
            return;
        }

        var (name, uid) = (job.Text("metadata", "name"), (live ?? job).Text("metadata", "uid"));
        var labels = spec.Ensure("template", "metadata", "labels");
        foreach (var (label, value) in (ReadOnlySpan<(string, string?)>)[("controller-uid", uid), ("job-name", name), (ControllerUid, uid), (JobName, name)])
        {
            labels[label] = value;
        }

        if (job.At("metadata", "labels") is not JsonObject { Count: > 0 })
        {
            job.Ensure("metadata")["labels"] = labels.DeepClone();
        }

        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [ControllerUid] = uid } };
    }
}
