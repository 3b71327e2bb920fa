using System.Text.Json.Nodes;
using System.Threading.Channels;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Loopback;
using TempoCos.Cluster.Kubelet.Volumes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet;

/// <summary>One pod on this machine: its volumes, its ports, its containers in their order, its status.</summary>
public sealed class PodRunner : IDisposable
{
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnotherLook = TimeSpan.FromSeconds(2);

    private readonly KubeletContext kubelet;
    private readonly List<ContainerRunner> initial;
    private readonly List<ContainerRunner> main;
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource graceOver = new();
    private readonly SemaphoreSlim news = new(0);
    private readonly Lock looking = new();
    private readonly string startTime;
    private IReadOnlyList<PortMapping> ports = [];
    private DateTimeOffset killAt = DateTimeOffset.MaxValue;
    private PodFailure? failure;
    private bool isOver;

    public PodRunner(JsonObject pod, KubeletContext kubelet)
    {
        Specification = pod;
        this.kubelet = kubelet;
        startTime = pod.Text("status", "startTime") ?? kubelet.Registry.Now;
        initial = [.. pod.Objects("spec", "initContainers").Select(container => new ContainerRunner(
            this, container, container.Text("restartPolicy") == "Always" ? ContainerKind.Sidecar : ContainerKind.Init, kubelet, Restarts(container, "initContainerStatuses")))];
        main = [.. pod.Objects("spec", "containers").Select(container => new ContainerRunner(this, container, ContainerKind.Main, kubelet, Restarts(container, "containerStatuses")))];
        Running = Task.Run(RunAsync);
    }

    public JsonObject Specification { get; private set; }

    public string Name => Specification.Text("metadata", "name")!;

    public string Namespace => Specification.Text("metadata", "namespace")!;

    public string Uid => Specification.Text("metadata", "uid")!;

    /// <summary>As a kubelet writes it: <c>NAME_NAMESPACE(UID)</c>.</summary>
    public string FullName => $"{Name}_{Namespace}({Uid})";

    public string RestartPolicy => Specification.Text("spec", "restartPolicy") ?? "Always";

    public TimeSpan TerminationGrace => TimeSpan.FromSeconds(Specification.Number("spec", "terminationGracePeriodSeconds") ?? 30);

    public bool HasInitContainers => Specification.Objects("spec", "initContainers").Any();

    public string Now => kubelet.Registry.Now;

    public IReadOnlyList<PortMapping> Ports => ports;

    /// <summary>Whether it ends because the whole cluster does.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Ends when all containers have.</summary>
    public Task Running { get; }

    /// <summary>SIGTERM now, SIGKILL after the grace; a shorter grace later wins.</summary>
    public void End(TimeSpan within, bool quietly)
    {
        IsLeaving |= quietly;
        if (kubelet.Time.GetUtcNow() + within is var at && at < killAt)
        {
            killAt = at;
            graceOver.CancelAfter(within);
        }

        ending.Cancel();
    }

    public void Changed() => changes.Writer.TryWrite(true);

    /// <summary>What the pod may wait for, or show in its volumes, has changed.</summary>
    public void Look()
    {
        if (news.CurrentCount == 0)
        {
            news.Release();
        }

        lock (looking)
        {
            foreach (var view in initial.Concat(main).Where(container => !isOver && container.State.IsRunning).Select(container => container.View).OfType<ContainerView>())
            {
                kubelet.Volumes.Refresh(view with { Pod = Specification });
            }
        }
    }

    /// <summary>Labels and annotations of a running pod may change, and its volumes may show them.</summary>
    public void Update(JsonObject pod)
    {
        var isSame = JsonNode.DeepEquals(pod.At("metadata", "labels"), Specification.At("metadata", "labels"))
            && JsonNode.DeepEquals(pod.At("metadata", "annotations"), Specification.At("metadata", "annotations"));
        Specification = pod;
        if (!isSame)
        {
            Look();
        }
    }

    public void Record(bool warning, string reason, string message) => kubelet.Events.Record(Specification, "kubelet", warning, reason, message);

    public Task DelayAsync(TimeSpan wait, CancellationToken cancellation) =>
        Task.Delay(wait, kubelet.Time, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>
    /// Before a container starts again: when another program may have taken one of its ports, it gets others, and those of the pod's other
    /// containers that were told the old ones start again.
    /// </summary>
    public void CheckPorts(ContainerRunner container, TimeSpan ran)
    {
        var own = ports.Where(port => port.Container == container.Name).ToList();
        if (ran > TooSoon && own.All(port => HeldPort.IsFree(port.LocalPort, port.Protocol)))
        {
            return;
        }

        var chosen = kubelet.Ports.Choose(Uid, [.. own.Select(port => port.Protocol)]);
        SetPorts([.. ports.Except(own), .. own.Zip(chosen, (port, local) => port with { LocalPort = local })]);
        foreach (var other in initial.Concat(main).Where(other => other != container && own.Exists(other.Uses)))
        {
            other.Renew();
        }
    }

    public void Dispose()
    {
        // Whoever removes the pod's files next must not meet somebody who writes them.
        lock (looking)
        {
            isOver = true;
        }

        initial.ForEach(container => container.Dispose());
        main.ForEach(container => container.Dispose());
        ending.Dispose();
        graceOver.Dispose();
    }

    private int Restarts(JsonObject container, string statuses)
    {
        var before = Specification.Objects("status", statuses).FirstOrDefault(status => status.Text("name") == container.Text("name"));
        return (int)(before.Number("restartCount") ?? 0) + (before.At("state", "running") is null ? 0 : 1);
    }

    private async Task RunAsync()
    {
        var reporting = ReportAsync();
        try
        {
            AssignPorts();
            if (await PrepareVolumesAsync())
            {
                await using var deadline = Deadline();
                await RunContainersAsync();
            }
        }
        finally
        {
            Changed();
            changes.Writer.Complete();
            await reporting;
        }
    }

    private async Task<bool> PrepareVolumesAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                kubelet.Volumes.Check(Specification);
                return true;
            }
            catch (VolumeException problem)
            {
                Record(warning: true, "FailedMount", problem.Event);
            }

            Changed();
            await NewsAsync();
        }

        return false;
    }

    private async Task NewsAsync()
    {
        try
        {
            await news.WaitAsync(AnotherLook, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The pod ends.
        }
    }

    private Timer? Deadline() => Specification.Number("spec", "activeDeadlineSeconds") is not { } seconds ? null : new Timer(_ =>
    {
        failure = new PodFailure("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
        Record(warning: false, "DeadlineExceeded", failure.Message);
        End(TerminationGrace, quietly: false);
    }, null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);

    private async Task RunContainersAsync()
    {
        var sidecars = new List<(CancellationTokenSource Ending, Task Running)>();
        using var lastGrace = CancellationTokenSource.CreateLinkedTokenSource(graceOver.Token);
        if (await InitializeAsync(sidecars, lastGrace.Token))
        {
            await Task.WhenAll(main.Select(container => container.RunAsync(ending.Token, graceOver.Token)));
        }

        // Sidecars end after those that they serve, the last one first.
        if (!ending.IsCancellationRequested)
        {
            lastGrace.CancelAfter(TerminationGrace);
        }

        foreach (var (end, running) in Enumerable.Reverse(sidecars))
        {
            await end.CancelAsync();
            await running;
            end.Dispose();
        }
    }

    /// <summary>Runs the init containers one after the other; false when one of them failed for good, or the pod ends.</summary>
    private async Task<bool> InitializeAsync(List<(CancellationTokenSource, Task)> sidecars, CancellationToken lastGrace)
    {
        foreach (var container in initial)
        {
            if (container.Kind == ContainerKind.Sidecar)
            {
                var end = new CancellationTokenSource();
                sidecars.Add((end, container.RunAsync(end.Token, lastGrace)));
                await Task.WhenAny(container.StartedUp, Task.Delay(Timeout.Infinite, ending.Token));
            }
            else
            {
                await container.RunAsync(ending.Token, graceOver.Token);
            }

            if (ending.IsCancellationRequested || container.State.Succeeded is false)
            {
                return false;
            }
        }

        return true;
    }

    private void AssignPorts()
    {
        var declared = Specification.Objects("spec", "containers").Concat(Specification.Objects("spec", "initContainers"))
            .SelectMany(container => ContainerPorts.Of(container).Select(port => (container, port))).ToList();
        var chosen = kubelet.Ports.Choose(Uid, [.. declared.Select(one => one.port.Text("protocol") ?? "TCP")]);
        SetPorts([.. declared.Zip(chosen, (one, local) => new PortMapping(
            one.container.Text("name")!,
            one.port.Text("name") ?? "",
            (int)(one.port.Number("containerPort") ?? 0),
            one.port.Text("protocol") ?? "TCP",
            local))]);
    }

    private void SetPorts(IReadOnlyList<PortMapping> mappings)
    {
        ports = mappings;
        kubelet.Ports.Set(Uid, mappings);
        Changed();
    }

    private async Task ReportAsync()
    {
        await foreach (var _ in changes.Reader.ReadAllAsync())
        {
            // When the whole cluster stops, what was true until now is what the next start reads.
            if (IsLeaving)
            {
                continue;
            }

            try
            {
                kubelet.Registry.Update(kubelet.Pods, Namespace, Name, live =>
                {
                    if (live.Text("metadata", "uid") == Uid)
                    {
                        live["status"] = PodStatus.Of(live, [.. initial.Select(container => container.State)], [.. main.Select(container => container.State)], failure, startTime, Now);
                    }

                    return live;
                }, WriteOptions.OfStatus);
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                // Deleted at once; nobody asks for its status any more.
            }
        }
    }
}
