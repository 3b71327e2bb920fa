using System.Net.WebSockets;
using k8s;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Opens the WebSocket of a port-forward. The library's own waits for the server as long as that lets it, whoever has given up meanwhile.</summary>
internal static class PodSocket
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    /// <exception cref="IOException">The API server does not answer in time.</exception>
    public static async Task<WebSocket> OpenAsync(ClusterConnection cluster, string @namespace, string pod, int port, CancellationToken cancellationToken)
    {
        var opening = cluster.Client.WebSocketNamespacedPodPortForwardAsync(
            pod, @namespace, [port], WebSocketProtocol.V4BinaryWebsocketProtocol, cancellationToken: cancellationToken);
        try
        {
            return await opening.WaitAsync(Within, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            DisposeLater(opening);
            throw new IOException($"the API server has not opened the connection within {Within.TotalSeconds} s", exception);
        }
        catch (OperationCanceledException)
        {
            DisposeLater(opening);
            throw;
        }
    }

    private static void DisposeLater(Task<WebSocket> opening) => _ = opening.ContinueWith(
        late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
