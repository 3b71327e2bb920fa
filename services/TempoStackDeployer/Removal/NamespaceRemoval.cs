using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Removal;

/// <summary>Deletes a namespace that this run made, with what is still in it.</summary>
internal sealed class NamespaceRemoval(RemovalPass pass)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string _name = pass.Line.Name;

    public Task RunAsync(StageReporter stage) => stage.StepAsync("namespace", $"Deleting the namespace {_name}", DeleteAsync);

    private async Task DeleteAsync(StageStep step)
    {
        var existing = await NamespaceCreation.FindAsync(pass.Cluster, _name, pass.Deadline);
        if (existing is null || !IsOurs(existing))
        {
            pass.Ledger.Removed(pass.Line);
            step.Skip(existing is null ? $"The namespace {_name} is not there" : $"The namespace {_name} is not this run's any more, and stays");
            return;
        }

        if (pass.Result.Leftovers.FirstOrDefault(leftover => leftover.Id.StartsWith(_name + "/", StringComparison.Ordinal)) is { } inside)
        {
            pass.Left(pass.Line.Kind, _name, $"it still holds {inside.Kind} {inside.Id}", $"tempocos destroy {pass.Ledger.RunId}");
            throw RemovalPass.StillThere(_name, "The namespace still holds what could not be removed");
        }

        await RequestAsync(existing);
        try
        {
            while (await NamespaceCreation.FindAsync(pass.Cluster, _name, pass.Deadline) is { } there && there.Metadata.Uid == existing.Metadata.Uid)
            {
                existing = there;
                await Task.Delay(Pause, pass.Time, pass.Deadline);
            }
        }
        catch (OperationCanceledException) when (pass.TimedOut)
        {
            var held = NamespaceState.HeldBy(existing);
            pass.Left(
                pass.Line.Kind, _name, held.Length > 0 ? $"it is being deleted but held: {held}" : "it is being deleted and not yet gone",
                $"kubectl get namespace {_name} -o yaml says whose finalizers hold it; then: tempocos destroy {pass.Ledger.RunId}", Codes.NamespaceHeld);
            throw RemovalPass.StillThere(_name, "The namespace is not gone in time");
        }

        pass.Gone($"namespace/{_name}");
        pass.Ledger.Removed(pass.Line);
        step.Succeed($"The namespace {_name} is gone");
    }

    private bool IsOurs(V1Namespace existing) =>
        RunLabels.Carries(existing.Metadata, pass.Ledger.RunId) && (pass.Line.Id.Length == 0 || pass.Line.Id == existing.Metadata.Uid);

    private async Task RequestAsync(V1Namespace existing)
    {
        try
        {
            await pass.Cluster.Client.CoreV1.DeleteNamespaceAsync(
                _name, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = existing.Metadata.Uid } }, cancellationToken: pass.Deadline);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound, HttpStatusCode.Conflict))
        {
            // Gone, being deleted already, or exchanged for another one, since it was looked at: the wait sees which.
        }
    }
}
