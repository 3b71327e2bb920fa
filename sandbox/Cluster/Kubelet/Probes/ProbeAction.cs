using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Probes;

/// <summary>What a probe or a lifecycle hook does: httpGet, tcpSocket, exec or grpc; for hooks, sleep as well.</summary>
public sealed class ProbeAction(HttpProbe http, GrpcProbe grpc, TimeProvider time)
{
    /// <summary>Null when it succeeds, else why not, in a kubelet's words.</summary>
    public async Task<string?> TryAsync(JsonNode? action, IContainerRun run, IReadOnlyList<PortMapping> ports, TimeSpan timeout, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(timeout);
        try
        {
            return action switch
            {
                _ when action.At("exec") is { } exec => await ExecuteAsync(run, [.. exec.Texts("command")], timeout, patience.Token),
                _ when action.At("httpGet") is JsonObject get => await http.TryAsync(get, ports, timeout, patience.Token),
                _ when action.At("tcpSocket") is JsonObject socket => await TcpProbe.TryAsync(socket, ports, patience.Token),
                _ when action.At("grpc") is JsonObject health => await grpc.TryAsync(health, ports, timeout, patience.Token),
                _ when action.Number("sleep", "seconds") is { } seconds => await SleepAsync(TimeSpan.FromSeconds(seconds), patience.Token),
                _ => "missing probe handler",
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "context deadline exceeded";
        }
    }

    private static async Task<string?> ExecuteAsync(IContainerRun run, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            var result = await run.ExecuteAsync(command, cancellation);
            return result.ExitCode == 0 ? null : result.Output.Length > 0 ? result.Output : $"command '{string.Join(' ', command)}' exited with {result.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            return $"command timed out: \"{string.Join(' ', command)}\" timed out after {GoDuration.Format(timeout)}";
        }
        catch (ContainerException problem)
        {
            return problem.Message;
        }
    }

    private async Task<string?> SleepAsync(TimeSpan duration, CancellationToken cancellation)
    {
        await Task.Delay(duration, time, cancellation);
        return null;
    }
}
