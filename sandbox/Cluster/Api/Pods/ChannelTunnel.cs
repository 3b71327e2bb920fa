using System.Buffers.Binary;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace TempoCos.Cluster.Api.Pods;

/// <summary>
/// The v4.channel.k8s.io protocol: port i has the data channel 2i and the error channel 2i+1, each opened by a message that holds the port's number.
/// </summary>
public sealed class ChannelTunnel(WebSocket socket, IReadOnlyList<int> ports, PodTarget target) : IDisposable
{
    private const int Chunk = 32 << 10;
    private static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly TcpClient?[] targets = new TcpClient?[ports.Count];

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            for (var i = 0; i < ports.Count; i++)
            {
                await OpenAsync(i, ending.Token);
            }

            var outward = Task.WhenAll(Enumerable.Range(0, ports.Count).Select(i => SendAsync(i, ending.Token)));
            var inward = ReceiveAsync(ending.Token);
            await Task.WhenAny(outward, inward);
            await CloseAsync();

            // To go before the client has read everything would reset the connection and lose what is on its way.
            await inward.WaitAsync(ClientPatience, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ending.CancelAsync();
            await Task.WhenAll(outward, inward);
        }
        catch (Exception end) when (end is OperationCanceledException or WebSocketException or IOException or SocketException or ObjectDisposedException)
        {
            // One side has gone; so does the other.
        }
        finally
        {
            foreach (var client in targets)
            {
                client?.Dispose();
            }
        }
    }

    public void Dispose() => sending.Dispose();

    private async Task OpenAsync(int index, CancellationToken cancellation)
    {
        var header = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)ports[index]);
        await SendAsync(2 * index, header, cancellation);
        await SendAsync((2 * index) + 1, header, cancellation);
        try
        {
            targets[index] = await target.ConnectAsync(ports[index], cancellation);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            await SendAsync((2 * index) + 1, Encoding.UTF8.GetBytes(target.Complaint(ports[index], problem)), cancellation);
        }
    }

    private async Task SendAsync(int index, CancellationToken cancellation)
    {
        if (targets[index] is not { } client)
        {
            return;
        }

        var buffer = new byte[Chunk];
        int read;
        while ((read = await client.GetStream().ReadAsync(buffer, cancellation)) > 0)
        {
            await SendAsync(2 * index, buffer.AsMemory(0, read), cancellation);
        }
    }

    private async Task SendAsync(int channel, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var message = new byte[payload.Length + 1];
        message[0] = (byte)channel;
        payload.CopyTo(message.AsMemory(1));
        await sending.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        var buffer = new byte[Chunk];
        var channel = -1;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            // Only the first part of a message carries the channel.
            var payload = buffer.AsMemory(0, part.Count);
            if (channel < 0 && payload.Length > 0)
            {
                channel = payload.Span[0];
                payload = payload[1..];
            }

            if (channel >= 0 && channel % 2 == 0 && channel / 2 < targets.Length && targets[channel / 2] is { } client && !payload.IsEmpty)
            {
                await WriteAsync(client, payload, cancellation);
            }

            if (part.EndOfMessage)
            {
                channel = -1;
            }
        }
    }

    private static async Task WriteAsync(TcpClient client, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        try
        {
            await client.GetStream().WriteAsync(payload, cancellation);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // The process reads no more; what it has said is still on its way to the client.
        }
    }

    private async Task CloseAsync()
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
    }
}
