using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Removal;

/// <summary>Deletes an object that stood in the manifest beside the stack.</summary>
internal sealed class ObjectRemoval(RemovalPass pass, string apiVersion, string kind)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string _namespace = pass.Line.Name.Split('/')[0];
    private readonly string _name = pass.Line.Name.Split('/')[^1];
    private readonly string _resource = kind.ToLowerInvariant();

    public Task RunAsync(StageReporter stage) => stage.StepAsync(_resource, $"Deleting the {kind} {_name}", DeleteAsync);

    private async Task DeleteAsync(StageStep step)
    {
        var resource = await ApiObjects.FindResourceAsync(pass.Cluster, apiVersion, kind, pass.Deadline);
        var existing = resource is null ? null : await ApiObjects.FindAsync(pass.Cluster, resource, _namespace, _name, pass.Deadline);
        var uid = existing?["metadata"]?["uid"]?.ToString() ?? "";
        if (existing is null || !ObjectApply.IsOurs(existing, pass.Ledger.RunId) || (pass.Line.Id.Length > 0 && pass.Line.Id != uid))
        {
            pass.Ledger.Removed(pass.Line);
            step.Skip(existing is null ? $"The {kind} {_name} is not there" : $"The {kind} {_name} is not this run's any more, and stays");
            return;
        }

        await ApiObjects.DeleteAsync(pass.Cluster, resource!, _namespace, _name, uid, "Background", pass.Deadline);
        try
        {
            while (await ApiObjects.FindAsync(pass.Cluster, resource!, _namespace, _name, pass.Deadline) is { } there && there["metadata"]?["uid"]?.ToString() == uid)
            {
                existing = there;
                await Task.Delay(Pause, pass.Time, pass.Deadline);
            }
        }
        catch (OperationCanceledException) when (pass.TimedOut)
        {
            pass.Left(
                _resource, pass.Line.Name, $"it is held by its finalizers ({existing["metadata"]?["finalizers"]?.ToJsonString() ?? "none seen"})",
                $"kubectl -n {_namespace} get {_resource} {_name} -o yaml says what holds it; then: tempocos destroy {pass.Ledger.RunId}");
            throw RemovalPass.StillThere(pass.Line.Name, $"The {kind} is not gone in time");
        }

        pass.Gone($"{_resource}/{pass.Line.Name}");
        pass.Ledger.Removed(pass.Line);
        step.Succeed($"The {kind} {_name} is gone");
    }
}
