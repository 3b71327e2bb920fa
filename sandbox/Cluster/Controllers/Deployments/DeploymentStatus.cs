using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Deployments;

/// <summary>A Deployment's status, counted from its ReplicaSets, with what it says about availability and progress.</summary>
public sealed class DeploymentStatus
{
    public const string Progressing = "Progressing";
    private const string Available = "Available";
    private const string ReplicaFailure = "ReplicaFailure";
    private const string TimedOut = "ProgressDeadlineExceeded";
    private const string Complete = "NewReplicaSetAvailable";

    private readonly DeploymentView deployment;
    private readonly Conditions conditions;
    private readonly string now;

    public DeploymentStatus(DeploymentView deployment, string now)
    {
        this.deployment = deployment;
        this.now = now;
        conditions = new Conditions(deployment.Content.At("status"), now, hasUpdateTime: true);
    }

    public Conditions Conditions => conditions;

    private bool HasDeadline => deployment.ProgressDeadlineSeconds is not null;

    /// <summary>When the deadline of the progress has to be looked at again, if it has.</summary>
    public TimeSpan? UntilTimedOut { get; private set; }

    /// <summary>Notes that the Deployment is paused, or no longer is, so that the time in between is not held against it.</summary>
    public void Pause()
    {
        var before = conditions.Find(Progressing).Text("reason");
        if (!HasDeadline || before == TimedOut)
        {
            return;
        }

        if (deployment.Paused && before != "DeploymentPaused")
        {
            conditions.Set(Progressing, "Unknown", "DeploymentPaused", "Deployment is paused");
        }
        else if (!deployment.Paused && before == "DeploymentPaused")
        {
            conditions.Set(Progressing, "Unknown", "DeploymentResumed", "Deployment is resumed");
        }
    }

    /// <summary>A step of the progress: a ReplicaSet made, found or refused.</summary>
    public void Step(string status, string reason, string message)
    {
        if (HasDeadline)
        {
            conditions.Set(Progressing, status, reason, message);
        }
    }

    /// <summary>Whether the present template serves with all its replicas and no other does.</summary>
    public static bool IsComplete(DeploymentView deployment, JsonObject status) =>
        (status.Number("updatedReplicas") ?? 0) == deployment.Replicas
        && (status.Number("replicas") ?? 0) == deployment.Replicas
        && (status.Number("availableReplicas") ?? 0) == deployment.Replicas
        && (status.Number("observedGeneration") ?? 0) >= (deployment.Content.Number("metadata", "generation") ?? 0);

    public JsonObject Of(IReadOnlyList<ReplicaSetView> all, ReplicaSetView? present, long collisions, bool isRollout)
    {
        var counts = new JsonObject { ["observedGeneration"] = deployment.Content.Number("metadata", "generation") };
        var available = all.Sum(set => set.Available);
        Counted.Add(counts, "replicas", all.Sum(set => set.Replicas));
        Counted.Add(counts, "updatedReplicas", present?.Replicas ?? 0);
        Counted.Add(counts, "readyReplicas", all.Sum(set => set.Ready));
        Counted.Add(counts, "availableReplicas", available);
        Counted.Add(counts, "unavailableReplicas", Math.Max(0, all.Sum(set => set.Wanted) - available));
        Counted.Add(counts, "collisionCount", collisions);

        if (available >= deployment.Replicas - deployment.MaxUnavailable)
        {
            conditions.Set(Available, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        }
        else
        {
            conditions.Set(Available, "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        }

        if (isRollout)
        {
            EstimateProgress(counts, present);
        }

        Failures(all, present);
        if (conditions.ToJson() is { } conditionsNow)
        {
            counts["conditions"] = conditionsNow;
        }

        return counts;
    }

    private void EstimateProgress(JsonObject counts, ReplicaSetView? present)
    {
        if (deployment.ProgressDeadlineSeconds is not { } deadline)
        {
            conditions.Remove(Progressing);
            return;
        }

        var current = conditions.Find(Progressing);
        if (counts.Number("replicas") == counts.Number("updatedReplicas") && current.Text("reason") == Complete)
        {
            return;
        }

        var who = present is null ? $"Deployment \"{deployment.Name}\"" : $"ReplicaSet \"{present.Name}\"";
        if (IsComplete(deployment, counts))
        {
            conditions.Set(Progressing, "True", Complete, $"{who} has successfully progressed.");
            return;
        }

        if (HasMoved(counts))
        {
            conditions.Set(Progressing, "True", "ReplicaSetUpdated", $"{who} is progressing.", renewed: true);
        }
        else if (current is not null && current.Text("reason") is not Complete and not TimedOut && Left(current, deadline) <= TimeSpan.Zero)
        {
            conditions.Set(Progressing, "False", TimedOut, $"{who} has timed out progressing.");
        }

        if (conditions.Find(Progressing) is { } waiting && waiting.Text("reason") != TimedOut)
        {
            UntilTimedOut = Left(waiting, deadline) + TimeSpan.FromSeconds(1);
        }
    }

    private TimeSpan Left(JsonObject condition, long deadline) =>
        PodState.Time(condition.Text("lastUpdateTime")) + TimeSpan.FromSeconds(deadline) - PodState.Time(now);

    private bool HasMoved(JsonObject counts)
    {
        var before = deployment.Content.At("status");
        return Of(counts, "updatedReplicas") > Of(before, "updatedReplicas")
            || Of(counts, "replicas") - Of(counts, "updatedReplicas") < Of(before, "replicas") - Of(before, "updatedReplicas")
            || Of(counts, "readyReplicas") > Of(before, "readyReplicas")
            || Of(counts, "availableReplicas") > Of(before, "availableReplicas");

        static long Of(JsonNode? status, string name) => status.Number(name) ?? 0;
    }

    private void Failures(IReadOnlyList<ReplicaSetView> all, ReplicaSetView? present)
    {
        var failure = all.OrderByDescending(set => set == present)
            .SelectMany(set => set.Content.Objects("status", "conditions")).FirstOrDefault(condition => condition.Text("type") == ReplicaFailure);
        if (failure is null)
        {
            conditions.Remove(ReplicaFailure);
        }
        else
        {
            conditions.Set(ReplicaFailure, failure.Text("status")!, failure.Text("reason") ?? "", failure.Text("message") ?? "");
        }
    }
}
