using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>
/// Replaces every pod of a stack, so that each starts with the Secret as it is now: the operator does not restart what it runs when only the Secret has
/// changed. One component after the other, since the ring is known to those that stay; pods end in their own time, and volumes stay, so that an ingester
/// replays what it has not flushed.
/// </summary>
internal sealed class StackRestart(StackAccess access)
{
    private const string ComponentLabel = "app.kubernetes.io/component";

    public async Task<Restarted> RestartAsync(RestartRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        await using var stack = await access.OpenAsync(
            new StackReference(request.RunId, request.Namespace, request.Name, request.Anyones, request.Timeout, request.Kind), stage, cancellationToken);
        await stack.SettledAsync(stage);

        var restarted = new Restarted();
        foreach (var component in stack.Observer.Snapshot().Pods.GroupBy(Component).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            restarted.Pods.AddRange(await stage.StepAsync(
                $"restart-{component.Key}", $"Replacing the pods of {component.Key}", step => ReplaceAsync(stack, [.. component], step)));
        }

        await stage.StepAsync("components", "Waiting for every component to be ready again", async step =>
        {
            await stack.Wait.WorkloadsAsync(step);
            await stack.ReachableAsync();
            step.Succeed($"All components are ready on {restarted.Pods.Count} new pods, and the ways to them are open");
        });
        return restarted;
    }

    private static async Task<IReadOnlyList<Replaced>> ReplaceAsync(WatchedStack stack, IReadOnlyList<V1Pod> before, StageStep step)
    {
        var component = Component(before[0]);
        var old = before.Select(pod => pod.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in before)
        {
            await DeleteAsync(stack.Cluster, stack.Stack.Namespace, pod, stack.Deadline);
        }

        // A pod that is already on its way out is not counted on.
        var expected = before.Count(pod => pod.Metadata.DeletionTimestamp is null);
        await stack.Wait.UntilAsync(snapshot => Of(snapshot) is var now && now.All(pod => !old.Contains(pod.Metadata.Uid)) && now.Count(PodFindings.IsReady) >= expected);
        var after = Of(stack.Observer.Snapshot());
        var unnamed = new Queue<V1Pod>(after.Where(pod => before.All(other => other.Metadata.Name != pod.Metadata.Name)));
        var replaced = before.Select(pod => new Replaced
        {
            Name = pod.Metadata.Name,
            OldUid = pod.Metadata.Uid,

            // A StatefulSet gives the same name again, a Deployment another one.
            NewUid = (after.FirstOrDefault(other => other.Metadata.Name == pod.Metadata.Name) ?? (unnamed.TryDequeue(out var other) ? other : null))?.Metadata.Uid ?? "",
        }).ToList();
        foreach (var pod in replaced)
        {
            step.Evidence[pod.Name] = $"{pod.OldUid} -> {pod.NewUid}";
        }

        step.Succeed($"{component} runs on {after.Count} new {(after.Count == 1 ? "pod" : "pods")}");
        return replaced;

        IReadOnlyList<V1Pod> Of(StackSnapshot snapshot) => [.. snapshot.Pods.Where(pod => Component(pod) == component)];
    }

    private static string Component(V1Pod pod) => pod.Metadata.Labels?.TryGetValue(ComponentLabel, out var component) == true ? component : "others";

    private static async Task DeleteAsync(ClusterConnection cluster, string @namespace, V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Client.CoreV1.DeleteNamespacedPodAsync(
                pod.Metadata.Name, @namespace, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } }, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound, HttpStatusCode.Conflict))
        {
            // Gone, or already another one of its name.
        }
    }
}
