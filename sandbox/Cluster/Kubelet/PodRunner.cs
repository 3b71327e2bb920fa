using System.Text.Json.Nodes;
using System.Threading.Channels;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Loopback;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet;

/// <summary>One pod on this machine: its ports, its containers, its status.</summary>
public sealed class PodRunner : IDisposable
{
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(5);

    private readonly KubeletContext kubelet;
    private readonly List<ContainerRunner> containers;
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource graceOver = new();
    private readonly string startTime;
    private IReadOnlyList<PortMapping> ports = [];
    private DateTimeOffset killAt = DateTimeOffset.MaxValue;
    private bool leaving;

    public PodRunner(JsonObject pod, KubeletContext kubelet)
    {
        Specification = pod;
        this.kubelet = kubelet;
        startTime = pod.Text("status", "startTime") ?? kubelet.Registry.Now;
        containers = [.. pod.Objects("spec", "containers").Select(container => new ContainerRunner(this, container, kubelet.Launcher, kubelet.Probe, kubelet.Time, Restarts(pod, container)))];
        Running = Task.Run(RunAsync);
    }

    public JsonObject Specification { get; }

    public string Name => Specification.Text("metadata", "name")!;

    public string Uid => Specification.Text("metadata", "uid")!;

    public string Now => kubelet.Registry.Now;

    public IReadOnlyList<PortMapping> Ports => ports;

    /// <summary>Ends when all containers have.</summary>
    public Task Running { get; }

    /// <summary>SIGTERM now, SIGKILL after the grace; a shorter grace later wins.</summary>
    public void End(TimeSpan within, bool quietly)
    {
        leaving |= quietly;
        if (kubelet.Time.GetUtcNow() + within is var at && at < killAt)
        {
            killAt = at;
            graceOver.CancelAfter(within);
        }

        ending.Cancel();
    }

    public void Changed() => changes.Writer.TryWrite(true);

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
        foreach (var other in containers.Where(other => other != container && own.Exists(other.Uses)))
        {
            other.Renew();
        }
    }

    public void Dispose()
    {
        containers.ForEach(container => container.Dispose());
        ending.Dispose();
        graceOver.Dispose();
    }

    private static int Restarts(JsonObject pod, JsonObject container)
    {
        var before = pod.Objects("status", "containerStatuses").FirstOrDefault(status => status.Text("name") == container.Text("name"));
        return (int)(before.Number("restartCount") ?? 0) + (before.At("state", "running") is null ? 0 : 1);
    }

    private async Task RunAsync()
    {
        AssignPorts();
        var reporting = ReportAsync();
        await Task.WhenAll(containers.Select(container => container.RunAsync(ending.Token, graceOver.Token)));
        Changed();
        changes.Writer.Complete();
        await reporting;
    }

    private void AssignPorts()
    {
        var declared = Specification.Objects("spec", "containers").SelectMany(container => ContainerPorts.Of(container).Select(port => (container, port))).ToList();
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
            if (leaving)
            {
                continue;
            }

            try
            {
                kubelet.Registry.Update(kubelet.Pods, Specification.Text("metadata", "namespace")!, Name, live =>
                {
                    if (live.Text("metadata", "uid") == Uid)
                    {
                        live["status"] = PodStatus.Of(live, [.. containers.Select(container => container.State)], ports, startTime, Now);
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
