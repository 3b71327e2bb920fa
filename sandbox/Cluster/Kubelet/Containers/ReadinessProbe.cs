using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>A container's readiness probe: HTTP or a connection. Asked often until it first succeeds, then as its specification says.</summary>
public sealed class ReadinessProbe(HttpClient http)
{
    public static readonly TimeSpan EagerPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Null when the container is ready, else why it is not.</summary>
    public async Task<string?> CheckAsync(JsonObject container, IReadOnlyList<PortMapping> ports, CancellationToken cancellation)
    {
        if (container.At("readinessProbe") is not JsonObject probe)
        {
            return null;
        }

        var kind = probe.At("httpGet") is not null ? "httpGet" : probe.At("grpc") is not null ? "grpc" : "tcpSocket";
        var target = probe.At(kind, "port");
        var local = ports.FirstOrDefault(port => target.Text() is { } name ? port.Name == name : port.ContainerPort == target.Number())?.LocalPort;
        if (local is null)
        {
            return $"Readiness probe errored: the container declares no port {target}";
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(Math.Max(1, probe.Number("timeoutSeconds") ?? 1)));
        try
        {
            if (kind is "tcpSocket" or "grpc")
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", local.Value, patience.Token);
                return null;
            }

            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{local}{probe.Text(kind, "path") ?? "/"}"), patience.Token);
            return (int)response.StatusCode is >= 200 and < 400 ? null : $"Readiness probe failed: HTTP probe failed with statuscode: {(int)response.StatusCode}";
        }
        catch (Exception problem) when (problem is HttpRequestException or SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return $"Readiness probe failed: {(problem is OperationCanceledException ? "context deadline exceeded" : problem.Message)}";
        }
    }

    public static TimeSpan Period(JsonObject container, bool wasReady)
    {
        var asked = TimeSpan.FromSeconds(container.Number("readinessProbe", "periodSeconds") ?? 10);
        return !wasReady ? EagerPeriod : asked < LongestPeriod ? asked : LongestPeriod;
    }
}
