using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Engine;
using TempoCos.Cluster.Kubelet.Images;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Finds a container's image, and tries again, later and later, with the states and events of a pull that fails.</summary>
public sealed class ImagePull(PodRunner pod, JsonObject container, ImageStore images, Backoff backoff)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(250);

    private readonly string image = container.Text("image") ?? "";

    /// <summary>Null when the pod ends before the image is there.</summary>
    public async Task<ContainerImage?> RunAsync(Action<JsonObject> waiting, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var found = await images.FindAsync(container, ending);
                pod.Record(warning: false, "Pulled", $"Container image \"{image}\" already present on machine");
                return found;
            }
            catch (ContainerException missing)
            {
                await FailedAsync(missing.Reason, missing.Message, waiting, ending);
            }
            catch (EngineException problem)
            {
                await FailedAsync("ErrImagePull", problem.Message, waiting, ending);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return null;
            }
        }

        return null;
    }

    private async Task FailedAsync(string reason, string message, Action<JsonObject> waiting, CancellationToken ending)
    {
        var wait = backoff.Next();
        var isPull = reason == "ErrImagePull";
        if (isPull)
        {
            pod.Record(warning: false, "Pulling", $"Pulling image \"{image}\"");
        }

        pod.Record(warning: true, isPull ? "Failed" : reason == "InvalidImageName" ? "InspectFailed" : reason, isPull ? $"Failed to pull image \"{image}\": {message}" : message);
        pod.Record(warning: true, "Failed", $"Error: {reason}");
        waiting(ContainerState.Waiting(reason, message));
        if (!isPull)
        {
            await pod.DelayAsync(wait, ending);
            return;
        }

        var look = wait < FirstLook ? wait : FirstLook;
        await pod.DelayAsync(look, ending);
        if (!ending.IsCancellationRequested)
        {
            pod.Record(warning: false, "BackOff", $"Back-off pulling image \"{image}\"");
            pod.Record(warning: true, "Failed", "Error: ImagePullBackOff");
            waiting(ContainerState.Waiting("ImagePullBackOff", $"Back-off pulling image \"{image}\": ErrImagePull: {message}"));
            await pod.DelayAsync(wait - look, ending);
        }
    }
}
