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
/// Takes the ingesters away with all that only they hold. The claims are deleted first: Kubernetes protects them while their pods run, and with the last pod
/// they go; the StatefulSet brings pods of the same names on new, empty volumes. Nothing of that belongs into the ledger: its owner makes it.
/// </summary>
internal sealed class IngesterLoss(StackAccess access)
{
    /// <summary>From SIGTERM to SIGKILL: an ingester has no time to save anything.</summary>
    private const int GraceSeconds = 1;

    public async Task<IngestersLost> LoseAsync(LoseIngestersRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        await using var stack = await access.OpenAsync(
            new StackReference(request.RunId, request.Namespace, request.Name, request.Anyones, request.Timeout, request.Kind), stage, cancellationToken);
        var (cluster, @namespace, component) = (stack.Cluster, stack.Stack.Namespace, Ingesters.Component(stack.Stack.Manifest));
        var before = await WaitAsync(stack, "to see the ingesters", now => now is { Pods.Count: > 0 });
        await stage.StepAsync("ingester-volumes", "Deleting the ingesters' volume claims", async step =>
        {
            foreach (var claim in before.Claims)
            {
                step.Evidence[claim.Metadata.Name] = claim.Metadata.Uid;
                await UnlessGoneAsync(() => cluster.Client.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync(
                    claim.Metadata.Name, @namespace, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = claim.Metadata.Uid } }, cancellationToken: stack.Deadline));
            }

            step.Succeed($"{before.Claims.Count} volume claims are to go with their pods");
        });
        await stage.StepAsync("ingester-pods", "Killing the ingesters", async step =>
        {
            foreach (var pod in before.Pods)
            {
                step.Evidence[pod.Metadata.Name] = pod.Metadata.Uid;
                await UnlessGoneAsync(() => cluster.Client.CoreV1.DeleteNamespacedPodAsync(
                    pod.Metadata.Name, @namespace, new V1DeleteOptions { GracePeriodSeconds = GraceSeconds, Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } }, cancellationToken: stack.Deadline));
            }

            await WaitAsync(stack, "for the old pods and volumes to be gone", now => now.NoneOf(before));
            step.Succeed($"{before.Pods.Count} pods and {before.Claims.Count} volumes are gone");
        });
        var after = await stage.StepAsync("fresh-ingesters", "Waiting for fresh ingesters", async step =>
        {
            var fresh = await WaitAsync(stack, "for fresh ingesters to be ready", now => now.NoneOf(before) && now.AreReady(before.Pods.Count));
            await stack.ReachableAsync();
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

    private static async Task<Ingesters> WaitAsync(WatchedStack stack, string what, Func<Ingesters, bool> reached)
    {
        var component = Ingesters.Component(stack.Stack.Manifest);
        var found = Ingesters.Of(new StackSnapshot(), component);
        try
        {
            await stack.Observer.WaitUntilAsync(
                snapshot =>
                {
                    found = Ingesters.Of(snapshot, component);
                    return Task.FromResult(reached(found));
                },
                stack.Deadline);
            return found;
        }
        catch (OperationCanceledException) when (!stack.Cancellation.IsCancellationRequested)
        {
            var workload = ExpectedObjects.From(stack.Stack.Manifest).Workloads.Single(workload => workload.Component == component);
            var pods = await new PodFindings(stack.Cluster, stack.Stack.Namespace).DescribeAsync(workload, stack.Observer.Snapshot().Pods, stack.Cancellation);
            throw new DiagnosticException(
                Codes.NotReady, component, $"Waited {stack.Limit.TotalSeconds:0.#} s in vain {what}{stack.Secret.Redact(pods)}",
                $"Look at `kubectl -n {stack.Stack.Namespace} describe pods,pvc -l app.kubernetes.io/component={component}`.");
        }
    }
}
