using TempoCos.TempoStackDeployer.Readiness.Evidence;

namespace TempoCos.TempoStackDeployer.Readiness.Causes;

/// <summary>Finds out what keeps a stack from being ready, the first cause first.</summary>
internal static class CauseFinder
{
    /// <summary>One cause at most for each component that is not ready, in the order in which they have to be mended.</summary>
    public static IReadOnlyList<Cause> Find(ExpectedObjects expected, StackSnapshot snapshot, StackEvidence evidence)
    {
        var workloads = expected.Workloads.ToDictionary(workload => workload.Component, StringComparer.Ordinal);
        var causes = ReadinessCheck.Workloads(expected, snapshot).Where(state => !state.Ready).Select(state => Of(state, snapshot, evidence)).ToList();
        var troubled = causes.Where(cause => cause.Depth < CauseDepth.Waiting).Select(cause => cause.Component).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. causes.Select(cause => Waiting(cause, troubled))
                .OrderBy(cause => cause.Depth)
                .ThenBy(cause => Dependencies.Of(cause.Component).Count(workloads.ContainsKey)),
        ];
    }

    private static Cause Of(ComponentState state, StackSnapshot snapshot, StackEvidence evidence)
    {
        var component = state.Workload.Component;
        var pods = PodFindings.Of(component, snapshot.Pods).ToList();
        var found = pods.SelectMany(pod => PodCauses.Of(component, pod, evidence)).ToList();
        if (pods.Count < (state.Workload.Replicas ?? 1) || pods.Count == 0)
        {
            found.AddRange(WorkloadCauses.Of(state.Workload, snapshot, evidence) is { } refused ? [refused] : []);
        }

        return found.OrderBy(cause => cause.Depth).FirstOrDefault()
            ?? new Cause(CauseDepth.Waiting, Codes.NotReady, component, component, $"{state.Detail}{(pods.Count == 0 ? ", it has no pod" : ", its pods are starting")}", "Wait, or look at the component's pods.");
    }

    /// <summary>Who runs and is not ready while somebody that it needs is in trouble waits for that one.</summary>
    private static Cause Waiting(Cause cause, HashSet<string> troubled) =>
        cause.Depth >= CauseDepth.Unready && Dependencies.Of(cause.Component).FirstOrDefault(troubled.Contains) is { } awaited
            ? cause with { Depth = CauseDepth.Waiting, Reason = $"{cause.Reason}; it needs {awaited}" }
            : cause;
}
