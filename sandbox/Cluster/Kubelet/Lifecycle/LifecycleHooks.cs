using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Probes;

namespace TempoCos.Cluster.Kubelet.Lifecycle;

/// <summary>A container's postStart and preStop: exec, httpGet or sleep.</summary>
public sealed class LifecycleHooks(PodRunner pod, JsonObject container, ProbeAction action)
{
    /// <summary>Whether it succeeded, or there is none.</summary>
    public async Task<bool> RunAsync(string hook, IContainerRun run, CancellationToken over)
    {
        if (container.At("lifecycle", hook) is not { } specification)
        {
            return true;
        }

        try
        {
            // Only what ends the container ends its hook.
            if (await action.TryAsync(specification, run, pod.Ports, Timeout.InfiniteTimeSpan, over) is null)
            {
                return true;
            }
        }
        catch (OperationCanceledException)
        {
            // The grace is over.
        }

        var name = hook == "preStop" ? "PreStopHook" : "PostStartHook";
        pod.Record(warning: true, $"Failed{name}", $"{name} failed");
        return false;
    }
}
