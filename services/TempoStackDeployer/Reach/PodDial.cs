using System.Net;
using System.Net.WebSockets;
using k8s.Autorest;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Connects to a port of a Service's pods through the Kubernetes API; each connection to one pod, from its first byte to its last.</summary>
internal sealed class PodDial(ClusterConnection cluster, ServicePort port, ServiceTargets targets, TimeProvider time)
{
    /// <summary>How long a new connection waits for a pod, for example while one restarts.</summary>
    private static readonly TimeSpan PodWithin = TimeSpan.FromSeconds(20);

    /// <summary>How long it insists on a ready one: a pod under load may miss a probe and still answer.</summary>
    private static readonly TimeSpan ReadyPodWithin = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private string Value => $"{port.Namespace}/{port.Service}:{port.Port}";

    public static async Task<PodDial> OfAsync(ClusterConnection cluster, ServicePort port, TimeProvider time, CancellationToken cancellationToken) =>
        new(cluster, port, await ServiceTargets.OfAsync(cluster, port, cancellationToken), time);

    /// <exception cref="ReachFaultException">No pod took the connection in time, or the user may not.</exception>
    public async ValueTask<PodStream> ConnectAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var waited = time.GetElapsedTime(started);
            ReachFault fault;
            try
            {
                if (await targets.FindAsync(waited < ReadyPodWithin, cancellationToken) is { } target)
                {
                    var socket = await PodSocket.OpenAsync(cluster, port.Namespace, target.Pod, target.Port, cancellationToken);
                    return new PodStream(socket, text => Refused(target, text));
                }

                fault = Fault("no pod of the service is ready", $"See `kubectl -n {port.Namespace} get pods` and what their events say.");
            }
            catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.Forbidden)
            {
                fault = Forbidden("the user may not forward ports to pods");
            }
            catch (WebSocketException exception) when (exception.WebSocketErrorCode == WebSocketError.NotAWebSocket && exception.Message.Contains("'403'", StringComparison.Ordinal))
            {
                // The status of a refused upgrade is told in the text only.
                fault = Forbidden("the user may not forward ports to pods");
            }
            catch (DiagnosticException exception) when (exception.Code == Codes.Forbidden)
            {
                fault = Forbidden($"{exception.Reason} ({exception.Value})");
            }
            catch (Exception exception) when (exception is WebSocketException or HttpOperationException or HttpRequestException or DiagnosticException or IOException)
            {
                fault = Fault(exception.Message.TrimEnd('.'), "See that the API server and the pod's node are well.");
            }

            if (fault.IsFinal || waited > PodWithin)
            {
                throw new ReachFaultException(fault);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private ReachFault Fault(string reason, string fix) => new(Codes.NotReachable, Value, reason, fix, false);

    private ReachFault Forbidden(string reason) => new(
        Codes.NotReachable, Value, reason, $"Have a role bound in {port.Namespace} that allows get and list of pods, and get and create of pods/portforward.", true);

    private ReachFault Refused(PodTarget target, string text) => Fault(
        $"nothing listens on port {target.Port} of the pod {target.Pod}, says its node: {text.Trim().TrimEnd('.')}",
        "See the pod's log, and whether the component is configured to open the port.");
}
