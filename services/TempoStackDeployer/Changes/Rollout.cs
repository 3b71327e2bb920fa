using k8s.Models;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Disturbances;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Changes;

/// <summary>
/// Waits until the operator has brought a change to every workload and no pod of before is left with the old one. The operator does not say which generation it has
/// worked on, so its workloads are looked at: their generations, and that they agree on Tempo's image and configuration.
/// </summary>
internal sealed class Rollout
{
    /// <summary>How long nothing may happen to any workload until the change is taken for one that concerns none.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    private static readonly string[] ConfigurationHashes = ["tempo.grafana.com/config.hash", "tempo.grafana.com/tempoConfig.hash"];

    private readonly WatchedStack _stack;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, long> _generations;
    private readonly HashSet<string> _pods;
    private readonly StatusCondition? _givenUp;

    /// <summary>Remembers how things are, before the change.</summary>
    public Rollout(WatchedStack stack, TimeProvider time)
    {
        (_stack, _time) = (stack, time);
        var before = stack.Observer.Snapshot();
        _generations = Workloads(before).ToDictionary(workload => workload.Name, workload => workload.Generation, StringComparer.Ordinal);
        _pods = [.. before.Pods.Select(pod => pod.Metadata.Uid)];
        _givenUp = ReadinessCheck.GaveUp(before);
    }

    /// <summary>Names of the pods that are there now and were not before.</summary>
    public IEnumerable<string> FreshPods => _stack.Observer.Snapshot().Pods.Where(pod => !_pods.Contains(pod.Metadata.Uid)).Select(pod => pod.Metadata.Name).Order(StringComparer.Ordinal);

    /// <param name="changed">The stack as it is asked for now.</param>
    /// <param name="step">That tells of it.</param>
    public async Task WaitAsync(StackManifest changed, StageStep step)
    {
        var wait = _stack.WaitFor(changed, _givenUp);
        var noticed = await NoticedAsync(wait);
        await wait.WorkloadsAsync(step);
        await wait.UntilAsync(IsOver);
        await wait.WorkloadsAsync(step);
        await wait.UntilAsync(ReadinessCheck.IsReady);
        await _stack.ReachableAsync();
        step.Succeed(noticed ? "All components are ready with it, and no pod of before is left beside them" : "All components are ready; the change concerns none of them");
    }

    private async Task<bool> NoticedAsync(ReadinessWait wait)
    {
        var since = _time.GetTimestamp();
        var noticed = false;
        await wait.UntilAsync(snapshot =>
        {
            noticed = Workloads(snapshot).Any(workload => _generations.GetValueOrDefault(workload.Name) != workload.Generation);
            return noticed || _time.GetElapsedTime(since) >= Quiet;
        });
        return noticed;
    }

    private static bool IsOver(StackSnapshot snapshot)
    {
        var templates = snapshot.Deployments.Select(item => item.Spec?.Template).Concat(snapshot.StatefulSets.Select(item => item.Spec?.Template)).OfType<V1PodTemplateSpec>().ToList();
        return snapshot.Pods.All(pod => pod.Metadata.DeletionTimestamp is null)
            && snapshot.Pods.Count(pod => pod.Status?.Phase is not ("Succeeded" or "Failed")) == Replicas(snapshot)
            && snapshot.Deployments.All(item => (item.Status?.Replicas ?? 0) == (item.Status?.UpdatedReplicas ?? 0))
            && snapshot.StatefulSets.All(item => item.Status?.UpdateRevision is null || item.Status.CurrentRevision == item.Status.UpdateRevision)
            && Agree(templates.SelectMany(template => template.Spec?.Containers ?? []).Where(container => container.Name == "tempo").Select(container => container.Image))
            && ConfigurationHashes.All(name => Agree(templates.Select(template => template.Metadata?.Annotations?.TryGetValue(name, out var hash) == true ? hash : null)));
    }

    /// <summary>How many pods there are when none of before is left. News of workloads may come before those of their pods: a pod that is about to go may not look so yet.</summary>
    private static int Replicas(StackSnapshot snapshot) => snapshot.Deployments.Sum(item => item.Spec?.Replicas ?? 1) + snapshot.StatefulSets.Sum(item => item.Spec?.Replicas ?? 1);

    private static bool Agree(IEnumerable<string?> values) => values.OfType<string>().Distinct(StringComparer.Ordinal).Count() <= 1;

    private static IEnumerable<(string Name, long Generation)> Workloads(StackSnapshot snapshot) =>
        snapshot.Deployments.Select(item => (item.Metadata.Name, item.Metadata.Generation ?? 0)).Concat(snapshot.StatefulSets.Select(item => (item.Metadata.Name, item.Metadata.Generation ?? 0)));
}
