using System.Text.RegularExpressions;
using k8s.Models;
using TempoCos.TempoStackDeployer.Readiness.Evidence;

namespace TempoCos.TempoStackDeployer.Readiness.Causes;

/// <summary>Why a workload's controller cannot make its pods.</summary>
internal static partial class WorkloadCauses
{
    public static Cause? Of(ExpectedWorkload workload, StackSnapshot snapshot, StackEvidence evidence)
    {
        var deployment = snapshot.Deployments.FirstOrDefault(item => item.Metadata.Name == workload.Name);
        var message = deployment?.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "ReplicaFailure", Status: "True" })?.Message
            ?? evidence.ReplicaSetsOf(workload.Name).SelectMany(set => set.Status?.Conditions ?? []).FirstOrDefault(condition => condition is { Type: "ReplicaFailure", Status: "True" })?.Message
            ?? FailedCreate(workload, evidence);
        if (message is null)
        {
            return null;
        }

        var quota = Quota().Match(message);
        return new Cause(
            CauseDepth.Admission, Codes.NotAdmitted, workload.Component, quota.Success ? $"resourcequota {quota.Groups["name"].Value}" : workload.Name,
            $"its pods cannot be made: {PodFindings.Cut(message).TrimEnd('.')}",
            quota.Success
                ? "Raise the quota, or ask for less: spec.resources.total.limits, replicas."
                : "Correct what the text names: a limit range, a pod security level of the namespace, a webhook, or the service account.")
        {
            IsFinal = quota.Success || Refused().IsMatch(message),
        };
    }

    /// <summary>A StatefulSet has no condition for it, only events; they count as long as pods are missing.</summary>
    private static string? FailedCreate(ExpectedWorkload workload, StackEvidence evidence) =>
        evidence.Warnings.LastOrDefault(warning => warning.Reason == "FailedCreate" && IsOf(warning.InvolvedObject, workload.Name))?.Message;

    private static bool IsOf(V1ObjectReference involved, string workload) =>
        involved.Name == workload || (involved.Kind == "ReplicaSet" && involved.Name.StartsWith(workload + "-", StringComparison.Ordinal) && !involved.Name[(workload.Length + 1)..].Contains('-', StringComparison.Ordinal));

    [GeneratedRegex("exceeded quota: (?<name>[^,\\s]+)")]
    private static partial Regex Quota();

    [GeneratedRegex("forbidden|violates PodSecurity|is invalid", RegexOptions.IgnoreCase)]
    private static partial Regex Refused();
}
