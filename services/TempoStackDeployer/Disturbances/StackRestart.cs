using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>
/// Replaces every pod of a TempoStack, so that each starts with the Secret as it is now: the operator does not restart what it runs when only the Secret has
/// changed. One component after the other, since the ring is known to those that stay; pods end in their own time, and volumes stay, so that an ingester
/// replays what it has not flushed.
/// </summary>
internal sealed class StackRestart(ClusterConnector connector, LedgerDirectory ledgers, OpenForwards forwards, TimeProvider time)
{
    private const string ComponentLabel = "app.kubernetes.io/component";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    public async Task<Restarted> RestartAsync(RestartRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        var timeout = request.Timeout?.ToTimeSpan() is { Ticks: > 0 } asked ? asked : DefaultTimeout;
        using var cluster = connector.Connect();
        var stack = await ExistingStack.FindAsync(cluster, ledgers.Ledger(request.RunId), request.Namespace, request.Name, request.Anyones, stage, cancellationToken);
        var secret = await StorageSecret.ReadAsync(cluster, stack.Manifest, stack.Manifest.StorageSecretName ?? "", cancellationToken);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        await using var observer = new StackObserver(cluster, stack.Namespace, stack.Name, time);
        var wait = new ReadinessWait(cluster, stack.Manifest, secret, observer, timeout, bounded.Token, cancellationToken);
        await stage.StepAsync("settled", "Waiting for every component to be ready first", async step =>
        {
            await wait.WorkloadsAsync(step);
            step.Succeed("All components are ready");
        });

        var restarted = new Restarted();
        foreach (var component in observer.Snapshot().Pods.GroupBy(Component).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            restarted.Pods.AddRange(await stage.StepAsync(
                $"restart-{component.Key}", $"Replacing the pods of {component.Key}", step => ReplaceAsync(cluster, stack, [.. component], observer, wait, step, bounded.Token)));
        }

        await stage.StepAsync("components", "Waiting for every component to be ready again", async step =>
        {
            await wait.WorkloadsAsync(step);
            if (forwards.Endpoints(request.RunId) is { } endpoints)
            {
                await EndpointProbe.CheckAsync(endpoints, time, bounded.Token, cancellationToken);
            }

            step.Succeed($"All components are ready on {restarted.Pods.Count} new pods, and the ways to them are open");
        });
        return restarted;
    }

    private static async Task<IReadOnlyList<Replaced>> ReplaceAsync(
        ClusterConnection cluster, ExistingStack stack, IReadOnlyList<V1Pod> before, StackObserver observer, ReadinessWait wait, StageStep step, CancellationToken cancellationToken)
    {
        var component = Component(before[0]);
        var old = before.Select(pod => pod.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in before)
        {
            await DeleteAsync(cluster, stack.Namespace, pod, cancellationToken);
        }

        // A pod that is already on its way out is not counted on.
        var expected = before.Count(pod => pod.Metadata.DeletionTimestamp is null);
        await wait.UntilAsync(snapshot => Of(snapshot) is var now && now.All(pod => !old.Contains(pod.Metadata.Uid)) && now.Count(PodFindings.IsReady) >= expected);
        var after = Of(observer.Snapshot());
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
