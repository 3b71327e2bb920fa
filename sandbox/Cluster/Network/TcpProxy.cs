using System.Net;
using System.Net.Sockets;

namespace TempoCos.Cluster.Network;

/// <summary>A port of 127.0.0.1 whose connections go on to the first target that takes them.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly HeldPort held = HeldPort.Take("TCP");
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly Func<IReadOnlyList<int>> targets;
    private readonly Task accepting;

    public TcpProxy(Func<IReadOnlyList<int>> targets)
    {
        this.targets = targets;
        listener = new TcpListener(IPAddress.Loopback, held.Port);
        listener.Start();
        accepting = AcceptAsync(ending.Token);
    }

    public int Port => held.Port;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        held.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(cancellation);
                _ = ServeAsync(client, cancellation);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // A client that gave up while it was accepted, or the end.
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken cancellation)
    {
        using var inner = client;
        try
        {
            if (await ConnectAsync(cancellation) is not { } target)
            {
                // Nobody is there: the client sees a reset, as it would behind kube-proxy.
                client.LingerState = new LingerOption(true, 0);
                return;
            }

            using var outer = target;
            client.NoDelay = target.NoDelay = true;
            await Task.WhenAll(CopyAsync(client, target, cancellation), CopyAsync(target, client, cancellation));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone; so does the other.
        }
    }

    private async Task<Socket?> ConnectAsync(CancellationToken cancellation)
    {
        foreach (var port in targets().Where(port => port != Port))
        {
            var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await target.ConnectAsync(IPAddress.Loopback, port, cancellation);
                if (!target.LocalEndPoint!.Equals(target.RemoteEndPoint))
                {
                    return target;
                }

                // The system chose for this side the very port that nobody listens on at the other: TCP then connects a socket to itself.
                target.Dispose();
            }
            catch (SocketException)
            {
                target.Dispose();
            }
            catch
            {
                target.Dispose();
                throw;
            }
        }

        return null;
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var buffer = new byte[16 << 10];
        int read;
        try
        {
            while ((read = await from.ReceiveAsync(buffer, cancellation)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, read), cancellation);
            }
        }
        catch
        {
            from.Dispose();
            to.Dispose();
            throw;
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
