using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Api.Pods;

/// <summary>
/// portforward, in the three ways of clients: SPDY/3.1 in a WebSocket (kubectl since 1.31), SPDY/3.1 itself (kubectl before), and the channels of
/// v4.channel.k8s.io (most other libraries).
/// </summary>
public sealed class PortForwarding(ObjectStore store, PodPorts ports, Authorizer authorizer)
{
    private const string ChannelProtocol = "v4.channel.k8s.io";
    private const string StreamProtocol = "portforward.k8s.io";
    private const string Spdy = "SPDY/3.1";
    private const string TunnelProtocol = $"{Spdy}+{StreamProtocol}";
    private const string StreamVersion = "X-Stream-Protocol-Version";
    private const int MaximumPorts = 16;

    public async Task HandleAsync(HttpContext context, JsonObject pod, CancellationToken cancellation)
    {
        // As of Kubernetes 1.35, a WebSocket needs the right to create, too, although it is asked for with GET.
        var attributes = RequestAttributes.Of(context.Request) with { Verb = "create" };
        if (authorizer.Decide(context.Features.Get<UserInfo>()!, attributes) is { Allowed: false } denied)
        {
            throw ApiException.Forbidden(attributes, context.Features.Get<UserInfo>()!.Name, denied.Reason);
        }

        if (pod.Text("status", "phase") != "Running")
        {
            throw ApiException.BadRequest($"unable to forward port because pod is not running. Current status={pod.Text("status", "phase")}");
        }

        var target = new PodTarget(store, ports, pod);
        if (context.WebSockets.IsWebSocketRequest)
        {
            await ServeWebSocketAsync(context, pod, target, cancellation);
        }
        else if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && context.Request.Headers.Upgrade.ToString().Equals(Spdy, StringComparison.OrdinalIgnoreCase))
        {
            await ServeSpdyAsync(context, upgrade, target, cancellation);
        }
        else
        {
            throw ApiException.BadRequest("Upgrade request required");
        }
    }

    private static async Task ServeSpdyAsync(HttpContext context, IHttpUpgradeFeature upgrade, PodTarget target, CancellationToken cancellation)
    {
        string[] offered = [.. context.Request.Headers[StreamVersion].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))];
        if (!offered.Contains(StreamProtocol))
        {
            throw new ApiException(403, "Forbidden", $"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', offered)}], server accepts [{StreamProtocol}]", []);
        }

        context.Response.Headers[StreamVersion] = StreamProtocol;
        context.Response.Headers.Upgrade = Spdy;
        await using var transport = await upgrade.UpgradeAsync();
        await new SpdyForwarding(transport, target).RunAsync(cancellation);
    }

    private static async Task ServeWebSocketAsync(HttpContext context, JsonObject pod, PodTarget target, CancellationToken cancellation)
    {
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        if (offered.Contains(TunnelProtocol))
        {
            // The protocol's name is no token of HTTP, so that AcceptWebSocketAsync would not take it.
            context.Response.Headers.SecWebSocketProtocol = TunnelProtocol;
            using var tunnel = await context.WebSockets.AcceptWebSocketAsync();
            await using var transport = WebSocketStream.Create(tunnel, WebSocketMessageType.Binary);
            await new SpdyForwarding(transport, target).RunAsync(cancellation);
            await CloseAsync(tunnel);
            return;
        }

        if (!offered.Contains(ChannelProtocol))
        {
            throw ApiException.BadRequest($"unable to negotiate a sub-protocol for the WebSocket: this server speaks {TunnelProtocol} and {ChannelProtocol}");
        }

        var asked = Ports(context, pod);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(ChannelProtocol);
        using var channels = new ChannelTunnel(socket, asked, target);
        await channels.RunAsync(cancellation);
    }

    private static List<int> Ports(HttpContext context, JsonObject pod)
    {
        List<int> asked = [.. context.Request.Query["ports"].SelectMany(value => (value ?? "").Split(',')).Select(value =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
                ? port : throw ApiException.BadRequest($"invalid port \"{value}\" for pod {pod.Text("metadata", "name")}"))];
        return asked.Count is 0 or > MaximumPorts ? throw ApiException.BadRequest("query parameter \"ports\" is required") : asked;
    }

    private static async Task CloseAsync(WebSocket socket)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The client did not wait for it.
        }
    }
}
