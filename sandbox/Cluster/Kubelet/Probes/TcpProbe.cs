using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Probes;

/// <summary>A connection that is taken.</summary>
public static class TcpProbe
{
    public static async Task<string?> TryAsync(JsonObject action, IReadOnlyList<PortMapping> ports, CancellationToken cancellation)
    {
        if (ProbeTarget.Find(action, ports) is not var (host, port))
        {
            return ProbeTarget.Unknown(action);
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, cancellation);
            return null;
        }
        catch (SocketException problem)
        {
            return $"dial tcp {host}:{port}: {Words(problem)}";
        }
        catch (OperationCanceledException)
        {
            return $"dial tcp {host}:{port}: i/o timeout";
        }
    }

    public static string Words(SocketException problem) =>
        problem.SocketErrorCode == SocketError.ConnectionRefused ? "connect: connection refused" : $"connect: {problem.Message}";
}
