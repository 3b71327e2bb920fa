using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Removal;

/// <summary>
/// Deletes a TempoStack or TempoMonolithic, waits until nothing of it runs any more, so that nobody writes to the bucket, and deletes its ingester's volume claims,
/// which Kubernetes keeps by design.
/// </summary>
internal sealed class TempoStackRemoval(RemovalPass pass)
{
    private readonly string _namespace = pass.Line.Name.Split('/')[0];
    private readonly string _name = pass.Line.Name.Split('/')[^1];
    private readonly string _kind = pass.Line.Kind == LedgerKinds.TempoMonolithic ? StackKind.TempoMonolithic : StackKind.TempoStack;
    private int _lastReported;

    public async Task RunAsync(StageReporter stage)
    {
        await using var observer = new StackObserver(pass.Cluster, _namespace, _name, pass.Time, _kind);
        if (!await stage.StepAsync(pass.Line.Kind, $"Deleting the {_kind} {_name}", step => DeleteAsync(observer, step)))
        {
            return;
        }

        await stage.StepAsync("volume-claims", "Deleting the ingester's volume claims", step => DeleteClaimsAsync(observer, step));
        pass.Ledger.Removed(pass.Line);
    }

    /// <returns>Whether the stack was this run's, and so everything of it is gone; false leaves it alone.</returns>
    private async Task<bool> DeleteAsync(StackObserver observer, StageStep step)
    {
        var stack = await StackApply.FindAsync(pass.Cluster, _namespace, _name, pass.Deadline, _kind);
        if (stack is not null && !IsOurs(stack))
        {
            pass.Ledger.Removed(pass.Line);
            step.Skip($"The {_kind} {pass.Line.Name} is not this run's any more, and stays");
            return false;
        }

        if (stack is not null)
        {
            await RequestAsync(stack);
        }

        try
        {
            await observer.WaitUntilAsync(
                async snapshot =>
                {
                    await ReportAsync(step, snapshot.Pods.Count);
                    return snapshot.Stack is null && !snapshot.Dependents().Any();
                },
                pass.Deadline);
        }
        catch (OperationCanceledException) when (pass.TimedOut)
        {
            throw Explain(observer.Snapshot());
        }

        if (stack is not null)
        {
            pass.Gone($"{pass.Line.Kind}/{pass.Line.Name}");
        }

        step.Succeed(stack is null ? $"The {_kind} {_name} is not there" : $"The {_kind} {_name} and everything made for it are gone");
        return true;
    }

    private async Task ReportAsync(StageStep step, int pods)
    {
        if (pods != _lastReported)
        {
            _lastReported = pods;
            await step.ReportAsync($"{pods} pods are ending");
        }
    }

    private bool IsOurs(TempoStack stack) =>
        RunLabels.Carries(stack.Metadata, pass.Ledger.RunId) && (pass.Line.Id.Length == 0 || pass.Line.Id == stack.Metadata.Uid);

    private async Task RequestAsync(TempoStack stack)
    {
        try
        {
            await pass.Cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync(
                TempoStack.Group, TempoStack.Version, _namespace, StackKind.Plural(_kind), _name,
                new V1DeleteOptions { PropagationPolicy = "Foreground", Preconditions = new V1Preconditions { Uid = stack.Metadata.Uid } },
                cancellationToken: pass.Deadline);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound, HttpStatusCode.Conflict))
        {
            // Gone, or exchanged for another one, since it was looked at.
        }
    }

    private DiagnosticException Explain(StackSnapshot snapshot)
    {
        if (snapshot.Stack is { } stack)
        {
            var finalizers = string.Join(", ", stack.Metadata.Finalizers ?? []);
            pass.Left(
                pass.Line.Kind, pass.Line.Name,
                finalizers.Length > 0 ? $"it is held by its finalizers ({finalizers})" : "the cluster has not deleted it",
                $"See that the Tempo Operator runs, then: tempocos destroy {pass.Ledger.RunId}. Without an operator: kubectl -n {_namespace} patch {pass.Line.Kind} {_name} --type=merge -p '{{\"metadata\":{{\"finalizers\":null}}}}'");
        }

        foreach (var dependent in snapshot.Dependents())
        {
            pass.Left(
                dependent.Split('/')[0], $"{_namespace}/{dependent.Split('/')[1]}", $"it is still there after its {_kind} was deleted", $"kubectl -n {_namespace} delete {dependent}");
        }

        foreach (var claim in snapshot.VolumeClaims)
        {
            pass.Left(
                "persistentvolumeclaim", $"{_namespace}/{claim.Metadata.Name}", $"it was not deleted because the {_kind} may still use it",
                $"kubectl -n {_namespace} delete pvc {claim.Metadata.Name}");
        }

        return RemovalPass.StillThere(string.Join(", ", snapshot.Dependents().DefaultIfEmpty($"{pass.Line.Kind}/{_name}")), $"Not everything of the {_kind} is gone in time");
    }

    private async Task DeleteClaimsAsync(StackObserver observer, StageStep step)
    {
        var claims = observer.Snapshot().VolumeClaims;
        foreach (var claim in claims)
        {
            try
            {
                await pass.Cluster.Client.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync(
                    claim.Metadata.Name, _namespace, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = claim.Metadata.Uid } }, cancellationToken: pass.Deadline);
            }
            catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound, HttpStatusCode.Conflict))
            {
                continue;
            }
        }

        try
        {
            await observer.WaitUntilAsync(snapshot => Task.FromResult(snapshot.VolumeClaims.Count == 0), pass.Deadline);
        }
        catch (OperationCanceledException) when (pass.TimedOut)
        {
            foreach (var claim in observer.Snapshot().VolumeClaims)
            {
                pass.Left(
                    "persistentvolumeclaim", $"{_namespace}/{claim.Metadata.Name}", $"it is held by its finalizers ({string.Join(", ", claim.Metadata.Finalizers ?? [])})",
                    $"kubectl -n {_namespace} delete pvc {claim.Metadata.Name}");
            }

            throw RemovalPass.StillThere($"{_namespace}/{_name}", "Not every volume claim is gone in time");
        }

        foreach (var claim in claims)
        {
            pass.Gone($"persistentvolumeclaim/{_namespace}/{claim.Metadata.Name}");
        }

        step.Succeed(claims.Count == 0 ? "There are none" : $"{claims.Count} volume claims deleted");
    }
}
