using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>
/// Takes the ingesters away with all that only they hold. The claims are deleted first: Kubernetes protects them while their pods run, and with the last pod
/// they go; the StatefulSet brings pods of the same names on new, empty volumes. Nothing of that belongs into the ledger: its owner makes it.
/// </summary>
internal sealed class IngesterLoss(ClusterConnector connector, LedgerDirectory ledgers, OpenForwards forwards, TimeProvider time)
{
    private const string Component = "ingester";

    /// <summary>From SIGTERM to SIGKILL: an ingester has no time to save anything.</summary>
    private const int GraceSeconds = 1;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    public async Task<IngestersLost> LoseAsync(LoseIngestersRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        var timeout = request.Timeout?.ToTimeSpan() is { Ticks: > 0 } asked ? asked : DefaultTimeout;
        using var cluster = connector.Connect();
        var stack = await ExistingStack.FindAsync(cluster, ledgers.Ledger(request.RunId), request.Namespace, request.Name, request.Anyones, stage, cancellationToken);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        await using var observer = new StackObserver(cluster, stack.Namespace, stack.Name, time);
        var pass = new Pass(cluster, stack, observer, timeout, bounded.Token, cancellationToken);

        var before = await pass.WaitAsync("to see the ingesters", snapshot => Ingesters.Of(snapshot) is { Pods.Count: > 0 });
        await stage.StepAsync("ingester-volumes", "Deleting the ingesters' volume claims", async step =>
        {
            foreach (var claim in before.Claims)
            {
                step.Evidence[claim.Metadata.Name] = claim.Metadata.Uid;
                await UnlessGoneAsync(() => cluster.Client.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync(
                    claim.Metadata.Name, stack.Namespace, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = claim.Metadata.Uid } }, cancellationToken: bounded.Token));
            }

            step.Succeed($"{before.Claims.Count} volume claims are to go with their pods");
        });
        await stage.StepAsync("ingester-pods", "Killing the ingesters", async step =>
        {
            foreach (var pod in before.Pods)
            {
                step.Evidence[pod.Metadata.Name] = pod.Metadata.Uid;
                await UnlessGoneAsync(() => cluster.Client.CoreV1.DeleteNamespacedPodAsync(
                    pod.Metadata.Name, stack.Namespace, new V1DeleteOptions { GracePeriodSeconds = GraceSeconds, Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } }, cancellationToken: bounded.Token));
            }

            await pass.WaitAsync("for the old pods and volumes to be gone", snapshot => Ingesters.Of(snapshot).NoneOf(before));
            step.Succeed($"{before.Pods.Count} pods and {before.Claims.Count} volumes are gone");
        });
        var after = await stage.StepAsync("fresh-ingesters", "Waiting for fresh ingesters", async step =>
        {
            var fresh = await pass.WaitAsync("for fresh ingesters to be ready", snapshot => Ingesters.Of(snapshot) is var now && now.NoneOf(before) && now.AreReady(before.Pods.Count));
            if (forwards.Endpoints(request.RunId) is { } endpoints)
            {
                await EndpointProbe.CheckAsync(endpoints, time, bounded.Token, cancellationToken);
            }

            step.Succeed($"{fresh.Pods.Count} fresh ingesters are ready on {fresh.Claims.Count} new volumes");
            return fresh;
        });
        return new IngestersLost
        {
            Pods = { before.Pods.Select(pod => Replaced(pod.Metadata, after.Pods.Select(other => other.Metadata))) },
            VolumeClaims = { before.Claims.Select(claim => Replaced(claim.Metadata, after.Claims.Select(other => other.Metadata))) },
        };
    }

    private static Replaced Replaced(V1ObjectMeta old, IEnumerable<V1ObjectMeta> now) =>
        new() { Name = old.Name, OldUid = old.Uid, NewUid = now.FirstOrDefault(other => other.Name == old.Name)?.Uid ?? "" };

    private static async Task UnlessGoneAsync(Func<Task> delete)
    {
        try
        {
            await delete();
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound, HttpStatusCode.Conflict))
        {
            // Gone, or already another one of its name.
        }
    }

    private sealed record Pass(
        ClusterConnection Cluster, ExistingStack Stack, StackObserver Observer, TimeSpan Timeout, CancellationToken Deadline, CancellationToken Cancellation)
    {
        public async Task<Ingesters> WaitAsync(string what, Func<StackSnapshot, bool> reached)
        {
            var found = Ingesters.Of(new StackSnapshot());
            try
            {
                await Observer.WaitUntilAsync(
                    snapshot =>
                    {
                        found = Ingesters.Of(snapshot);
                        return Task.FromResult(reached(snapshot));
                    },
                    Deadline);
                return found;
            }
            catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
            {
                var workload = ExpectedObjects.From(Stack.Manifest).Workloads.Single(workload => workload.Component == Component);
                var pods = await new PodFindings(Cluster, Stack.Namespace).DescribeAsync(workload, Observer.Snapshot().Pods, Cancellation);
                throw new DiagnosticException(
                    Codes.NotReady, Component, $"Waited {Timeout.TotalSeconds:0.#} s in vain {what}{pods}",
                    $"Look at `kubectl -n {Stack.Namespace} describe pods,pvc -l app.kubernetes.io/component={Component}`.");
            }
        }
    }
}
