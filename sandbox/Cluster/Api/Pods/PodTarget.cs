using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Api.Pods;

/// <summary>A pod as connections come to it: at the loopback ports that stand for its own, as long as it is there.</summary>
public sealed class PodTarget(ObjectStore store, PodPorts ports, JsonObject pod)
{
    private readonly ObjectKey key = new(BuiltInResources.Pods, pod.Text("metadata", "namespace") ?? "", pod.Text("metadata", "name") ?? "");
    private readonly string uid = pod.Text("metadata", "uid") ?? "";

    /// <summary>What the other end is told when the pod cannot be reached, or no longer.</summary>
    public string Complaint(int port, Exception problem) => $"error forwarding port {port} to pod {key.Name}, uid {uid}: {problem.Message}";

    public async Task<TcpClient> ConnectAsync(int port, CancellationToken cancellation)
    {
        if (store.Find(key)?.ToObject() is not { } now || now.Text("metadata", "uid") != uid)
        {
            throw new IOException($"pod not found (\"{key.Name}_{key.Namespace}\")");
        }

        if (now.Text("status", "phase") is not "Running" and var phase)
        {
            throw new IOException($"pod is not running: {phase}");
        }

        // A port that the pod does not declare is reached as it is: a process may listen wherever it likes.
        var target = new TcpClient { NoDelay = true };
        try
        {
            await target.ConnectAsync(IPAddress.Loopback, ports.Find(uid, port) ?? port, cancellation);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }
}
