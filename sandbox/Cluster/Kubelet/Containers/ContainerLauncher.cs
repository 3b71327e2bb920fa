using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Engine;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Cluster.Kubelet.Limits;
using TempoCos.Cluster.Kubelet.Logs;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Kubelet.Volumes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Turns a container of a pod into a run of its image: a process of this machine, or a container of the engine.</summary>
public sealed class ContainerLauncher(
    ContainerEnvironment environments, PodVolumes volumes, PodLogs logs, ProcessStarter starter, ProcessLedger ledger, DeathWatch watch,
    ControlGroupTree groups, PrivateMounts mounts, ContainerEngine engine)
{
    private const long SmallestHeap = 20 << 20;

    /// <exception cref="ContainerException">Something that it needs is not there.</exception>
    public async Task<(IContainerRun Run, ContainerLog Log, ContainerView View)> StartAsync(
        JsonObject pod, JsonObject container, ContainerImage image, IReadOnlyList<PortMapping> podPorts, int run, CancellationToken cancellation)
    {
        SecurityContext.Check(pod, container, image);
        var name = container.Text("name")!;
        var view = volumes.Mount(pod, container, podPorts, ownRoot: image.EngineImage is not null);
        var environment = environments.Of(pod, container, podPorts).ToDictionary(variable => variable.Key, variable => view.Variable(variable.Key, variable.Value), StringComparer.Ordinal);
        var (ns, podName, uid) = (pod.Text("metadata", "namespace")!, pod.Text("metadata", "name")!, pod.Text("metadata", "uid")!);

        var log = logs.Open(ns, podName, uid, name, run);
        try
        {
            return (image.EngineImage is not null
                ? await EngineContainer.StartAsync(engine.Http, EngineSpecification.Of(pod, container, image, view, environment, engine.Label), view.Argument, log, watch, cancellation)
                : ContainerProcess.Start(Plan(pod, container, image, view, environment, run), starter, log, ledger, $"{ns}/{podName}/{name}"), log, view);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private ProcessPlan Plan(JsonObject pod, JsonObject container, ContainerImage image, ContainerView view, Dictionary<string, string> environment, int run)
    {
        var (name, uid) = (container.Text("name")!, pod.Text("metadata", "uid")!);
        var work = Path.Combine(volumes.Root(uid), name);
        Directory.CreateDirectory(work);
        var limits = ResourceLimits.Of(container);
        var variables = environment.ToDictionary(variable => variable.Key, variable => view.Placed(variable.Key, variable.Value), StringComparer.Ordinal);
        if (view.AccountDirectory is not null && mounts.Prefix is null)
        {
            variables.TryAdd("KUBECONFIG", volumes.WriteKubeconfig(pod, view.AccountDirectory));
        }

        // A .NET program reads its limit from its control group, and otherwise from this.
        var group = groups.Create($"{uid}-{name}-{run}", limits);
        if (group is null && limits.MemoryBytes is { } memory)
        {
            variables.TryAdd("DOTNET_GCHeapHardLimit", Math.Max(SmallestHeap, memory / 4 * 3).ToString("x", CultureInfo.InvariantCulture));
        }

        return new ProcessPlan(
            [.. image.Program.Concat(container.Texts("args")).Select((word, i) => i == 0 ? word : view.Argument(ContainerEnvironment.Expand(word, environment))), .. view.MoreArguments()],
            view.Argument,
            variables,
            container.Text("workingDir") is { Length: > 0 } given && view.Argument(given) is var directory && Directory.Exists(directory) ? directory : work,
            view.AccountDirectory,
            view.ResolverFile,
            group,
            limits.MemoryBytes);
    }
}
