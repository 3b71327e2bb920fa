using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Kubelet.Engine;
using TempoCos.Cluster.Kubelet.Limits;
using TempoCos.Cluster.Kubelet.Logs;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Kubelet.Volumes;

namespace TempoCos.Cluster.Kubelet;

/// <summary>Runs the pods of the store as processes of this machine, and ends them with the cluster.</summary>
public sealed partial class PodKubelet(
    ObjectStore store, KubeletContext context, ObjectWriter writer, ProcessLedger ledger, PodLogs logs, DeathWatch watch, ControlGroupTree groups, ContainerEngine engine,
    IHostApplicationLifetime lifetime, ILogger<PodKubelet> logger)
    : BackgroundService
{
    /// <summary>Name of the one node.</summary>
    public const string Node = "tempocos";

    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, PodRunner> running = [];
    private readonly HashSet<Task> leaving = [];
    private readonly Lock gate = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        List<Task> ends;
        lock (gate)
        {
            ends = [.. leaving];
            foreach (var pod in running.Values)
            {
                pod.End(LastGrace, quietly: true);
            }
        }

        await Task.WhenAll(ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await groups.ClearAsync();
        watch.ClearGroups();
        watch.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await ledger.EndOrphansAsync(stoppingToken);
        await engine.RemoveAllAsync(stoppingToken);
        await groups.ClearAsync();
        foreach (var directory in groups.Directories)
        {
            watch.AddGroups(directory);
        }

        // Pods are told where the API is.
        using (var started = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStarted, stoppingToken))
        {
            await Task.Delay(Timeout.Infinite, started.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var opened = store.Watch(
            key => key.Resource is BuiltInResources.Pods or BuiltInResources.ConfigMaps or BuiltInResources.Secrets or BuiltInResources.Claims or BuiltInResources.ServiceAccounts,
            since: null)!.Value;
        using var changes = opened.Changes;
        using var refreshing = new Timer(_ => LookAll(_ => true), null, RefreshPeriod, RefreshPeriod);
        foreach (var pod in opened.Objects.Where(stored => stored.Key.Resource == BuiltInResources.Pods))
        {
            Try(pod, () => Attend(pod));
        }

        try
        {
            await foreach (var change in changes.Events.ReadAllAsync(stoppingToken))
            {
                Try(change.Stored, () => Heed(change.Stored, change.Kind == StoreEventKind.Deleted));
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster stops; StopAsync ends the pods.
        }
    }

    private void Heed(StoredObject stored, bool deleted)
    {
        if (stored.Key.Resource != BuiltInResources.Pods)
        {
            LookAll(pod => pod.Namespace == stored.Key.Namespace && Concerns(pod, stored.Key));
        }
        else if (deleted)
        {
            End(stored, TimeSpan.Zero);
        }
        else
        {
            Attend(stored);
        }
    }

    private static bool Concerns(PodRunner pod, ObjectKey key) => key.Resource is BuiltInResources.Claims or BuiltInResources.ServiceAccounts
        || pod.Specification.Objects("spec", "volumes").Any(volume => VolumeContent.Shows(volume, key));

    private void LookAll(Func<PodRunner, bool> concerned)
    {
        List<PodRunner> pods;
        lock (gate)
        {
            pods = [.. running.Values.Where(concerned)];
        }

        foreach (var pod in pods)
        {
            try
            {
                pod.Look();
            }
            catch (Exception problem)
            {
                Log.NotRefreshed(logger, problem, pod.FullName);
            }
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
        if (stored.Deleting)
        {
            End(stored, TimeSpan.FromSeconds(stored.ToObject().Number("metadata", "deletionGracePeriodSeconds") ?? 0));
            return;
        }

        PodRunner? there;
        lock (gate)
        {
            if (!running.TryGetValue(stored.Uid, out there))
            {
                Start(stored);
            }
        }

        there?.Update(stored.ToObject());
    }

    /// <summary>Starts a pod as it stands now: the news of it may be older than the end of its processes.</summary>
    private void Start(StoredObject stored)
    {
        if (store.Find(stored.Key) is not { Deleting: false } now || now.Uid != stored.Uid
            || now.ToObject() is not { } pod || pod.Text("status", "phase") is "Succeeded" or "Failed" || pod.Text("spec", "nodeName") != Node)
        {
            return;
        }

        var runner = new PodRunner(pod, context);
        running[stored.Uid] = runner;
        Keep(ForgetAsync(stored, runner));
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

    /// <summary>A file that cannot be removed keeps neither the rest of the pod nor its object.</summary>
    private void Clear(StoredObject stored)
    {
        context.Ports.Remove(stored.Uid);
        Try(stored, () => context.Volumes.Remove(stored.Uid));
        Try(stored, () => logs.Remove(stored.Key.Namespace, stored.Key.Name, stored.Uid));
        writer.Delete(stored.Key, stored.Uid, gracePeriodSeconds: 0);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "the kubelet failed at {Pod}")]
        public static partial void Failed(ILogger logger, Exception problem, ObjectKey pod);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the volumes of {Pod} could not be brought up to date")]
        public static partial void NotRefreshed(ILogger logger, Exception problem, string pod);
    }
}
