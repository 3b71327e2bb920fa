using System.Diagnostics;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Logs;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Kubelet.Volumes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Turns a container of a pod into a running process.</summary>
public sealed class ContainerLauncher(ContainerPrograms programs, ContainerEnvironment environments, PodVolumes volumes, PodLogs logs, ProcessLedger ledger)
{
    /// <exception cref="ContainerException">Something that it needs is not there.</exception>
    public ContainerProcess Start(JsonObject pod, JsonObject container, IReadOnlyList<PortMapping> podPorts, int run)
    {
        var name = container.Text("name")!;
        var (program, before) = programs.Find(container);
        var view = volumes.Mount(pod, container, podPorts);
        var environment = environments.Of(pod, container, podPorts);
        var (ns, podName, uid) = (pod.Text("metadata", "namespace")!, pod.Text("metadata", "name")!, pod.Text("metadata", "uid")!);

        var work = Path.Combine(volumes.Root(uid), name);
        Directory.CreateDirectory(work);
        var start = new ProcessStartInfo(program) { WorkingDirectory = work, UseShellExecute = false };
        foreach (var argument in before.Concat(container.Texts("args")))
        {
            start.ArgumentList.Add(view.Argument(ContainerEnvironment.Expand(argument, environment)));
        }

        foreach (var argument in view.MoreArguments())
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = view.Variable(variable, value);
        }

        var log = logs.Open(ns, podName, uid, name, run);
        try
        {
            return ContainerProcess.Start(start, log, ledger, $"{ns}/{podName}/{name}");
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }
}
