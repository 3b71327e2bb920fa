using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Kubelet.Logs;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Kubelet.Volumes;

namespace TempoCos.Cluster.Kubelet;

/// <summary>Runs the pods of the store as processes of this machine, and ends them with the cluster.</summary>
public sealed partial class PodKubelet(
    ObjectStore store, KubeletContext context, ObjectWriter writer, ProcessLedger ledger, PodLogs logs, PodVolumes volumes, DeathWatch watch, ILogger<PodKubelet> logger)
    : BackgroundService
{
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1.2);
    private const string Node = "tempocos";

    private readonly Dictionary<string, PodRunner> running = [];
    private readonly HashSet<Task> leaving = [];
    private readonly Lock gate = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        List<PodRunner> pods;
        List<Task> ends;
        lock (gate)
        {
            pods = [.. running.Values];
            ends = [.. leaving];
        }

        pods.ForEach(pod => pod.End(LastGrace, quietly: true));
        await Task.WhenAll(ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        watch.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await ledger.EndOrphansAsync(stoppingToken);
        var opened = store.Watch(key => key.Resource == BuiltInResources.Pods, since: null)!.Value;
        using var changes = opened.Changes;
        foreach (var pod in opened.Objects)
        {
            Try(pod, () => Attend(pod));
        }

        try
        {
            await foreach (var change in changes.Events.ReadAllAsync(stoppingToken))
            {
                Try(change.Stored, change.Kind == StoreEventKind.Deleted ? () => End(change.Stored, TimeSpan.Zero) : () => Attend(change.Stored));
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster stops; StopAsync ends the pods.
        }
    }

    /// <summary>What goes wrong with one pod concerns no other.</summary>
    private void Try(StoredObject pod, Action act)
    {
        try
        {
            act();
        }
        catch (Exception problem)
        {
            Log.Failed(logger, problem, pod.Key);
        }
    }

    private void Attend(StoredObject stored)
    {
        var pod = stored.ToObject();
        if (stored.Deleting)
        {
            End(stored, TimeSpan.FromSeconds(pod.Number("metadata", "deletionGracePeriodSeconds") ?? 0));
            return;
        }

        lock (gate)
        {
            if (running.ContainsKey(stored.Uid) || pod.Text("spec", "nodeName") != Node || pod.Text("status", "phase") is "Succeeded" or "Failed")
            {
                return;
            }

            var runner = new PodRunner(pod, context);
            running[stored.Uid] = runner;
            Keep(ForgetAsync(stored, runner));
        }
    }

    /// <summary>The cluster does not stop before the last of these is done.</summary>
    private void Keep(Task end)
    {
        leaving.RemoveWhere(task => task.IsCompleted);
        leaving.Add(end);
    }

    private void End(StoredObject stored, TimeSpan grace)
    {
        lock (gate)
        {
            if (running.TryGetValue(stored.Uid, out var runner))
            {
                runner.End(grace, quietly: false);
                return;
            }
        }

        Clear(stored);
    }

    /// <summary>When a pod's processes have ended: if it is being deleted, nothing is left of it; else its status stands.</summary>
    private async Task ForgetAsync(StoredObject stored, PodRunner runner)
    {
        await runner.Running.ContinueWith(
            ended => Log.Failed(logger, ended.Exception!, stored.Key), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            running.Remove(stored.Uid);
        }

        runner.Dispose();
        if (store.Find(stored.Key) is not { } now || now.Uid != stored.Uid || now.Deleting)
        {
            Try(stored, () => Clear(stored));
        }
    }

    private void Clear(StoredObject stored)
    {
        context.Ports.Remove(stored.Uid);
        volumes.Remove(stored.Uid);
        logs.Remove(stored.Key.Namespace, stored.Key.Name, stored.Uid);
        writer.Delete(stored.Key, stored.Uid, gracePeriodSeconds: 0);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "the kubelet failed at {Pod}")]
        public static partial void Failed(ILogger logger, Exception problem, ObjectKey pod);
    }
}
