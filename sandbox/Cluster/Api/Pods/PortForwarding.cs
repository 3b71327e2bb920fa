using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Api.Pods;

/// <summary>portforward: a WebSocket whose messages begin with the number of a channel, two channels a port.</summary>
public sealed class PortForwarding(PodPorts ports)
{
    private const string ChannelProtocol = "v4.channel.k8s.io";
    private const int MaximumPorts = 16;

    public async Task HandleAsync(HttpContext context, JsonObject pod, CancellationToken cancellation)
    {
        var name = pod.Text("metadata", "name");
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw ApiException.BadRequest("Upgrade request required");
        }

        if (pod.Text("status", "phase") != "Running")
        {
            throw ApiException.BadRequest($"unable to forward port because pod is not running. Current status={pod.Text("status", "phase")}");
        }

        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(ChannelProtocol))
        {
            throw ApiException.BadRequest($"unable to negotiate a sub-protocol for the WebSocket: this server speaks {ChannelProtocol}");
        }

        List<int> asked = [.. context.Request.Query["ports"].SelectMany(value => (value ?? "").Split(',')).Select(value =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
                ? port : throw ApiException.BadRequest($"invalid port \"{value}\" for pod {name}"))];
        if (asked.Count is 0 or > MaximumPorts)
        {
            throw ApiException.BadRequest("query parameter \"ports\" is required");
        }

        var uid = pod.Text("metadata", "uid")!;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(ChannelProtocol);
        using var tunnel = new ChannelTunnel(socket, asked, port => ports.Find(uid, port));
        await tunnel.RunAsync(cancellation);
    }
}
