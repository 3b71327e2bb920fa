using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TempoCos.Cluster.Network;

/// <summary>A port of 127.0.0.1, or of another loopback address, whose connections go on to the first target on 127.0.0.1 that takes them.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private static readonly TimeSpan IntroductionPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenIntroductions = TimeSpan.FromMilliseconds(250);

    private readonly HeldPort? held;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly Func<IReadOnlyList<int>> targets;
    private readonly Task accepting;
    private readonly ConcurrentDictionary<Socket, int> open = new();
    private readonly Dictionary<int, Task<bool>> introductions = [];
    private int introduced;

    /// <param name="targets">Ports of 127.0.0.1, asked for with each connection.</param>
    /// <param name="at">Where it listens; null for a free port of 127.0.0.1.</param>
    /// <exception cref="SocketException">Somebody listens at <paramref name="at"/>, or this user may not.</exception>
    public TcpProxy(Func<IReadOnlyList<int>> targets, IPEndPoint? at = null)
    {
        this.targets = targets;
        held = at is null ? HeldPort.Take("TCP") : null;
        listener = new TcpListener(at ?? new IPEndPoint(IPAddress.Loopback, held!.Port));
        listener.Start();
        accepting = AcceptAsync(ending.Token);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>
    /// Ends the connections that others have, once for each target that has none and listens: a client that connects anew comes to it. Of a new
    /// address it would learn from DNS; behind this one it would not. One that has not listened in time is tried again when it is named again.
    /// </summary>
    public void Introduce(IEnumerable<int> fresh)
    {
        lock (introductions)
        {
            foreach (var port in fresh)
            {
                if (!introductions.TryGetValue(port, out var before) || before is { IsCompletedSuccessfully: true, Result: false })
                {
                    introductions[port] = IntroduceAsync(port, ending.Token);
                }
            }
        }
    }

    /// <summary>Ends the proxy, and says what went wrong in an introduction.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        held?.Dispose();
        List<Task<bool>> begun;
        lock (introductions)
        {
            begun = [.. introductions.Values];
        }

        await Task.WhenAll(begun);
        ending.Dispose();
    }

    /// <summary>False when the target did not listen in time. Nothing tells when a program begins to, so it is asked.</summary>
    private async Task<bool> IntroduceAsync(int port, CancellationToken cancellation)
    {
        try
        {
            var begun = Stopwatch.GetTimestamp();
            while (!open.Values.Contains(port))
            {
                if (await ConnectAsync(port, cancellation) is { } target)
                {
                    target.Dispose();
                    Interlocked.Increment(ref introduced);
                    foreach (var other in open.Keys)
                    {
                        other.Dispose();
                    }

                    return true;
                }

                if (Stopwatch.GetElapsedTime(begun) > IntroductionPatience)
                {
                    return false;
                }

                await Task.Delay(BetweenIntroductions, cancellation);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            // The proxy ends.
            return false;
        }
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
            if (await OpenAsync(cancellation) is not { } target)
            {
                // Nobody is there: the client sees a reset, as it would behind kube-proxy.
                client.LingerState = new LingerOption(true, 0);
                return;
            }

            using var outer = target;
            try
            {
                client.NoDelay = target.NoDelay = true;
                await Task.WhenAll(CopyAsync(client, target, cancellation), CopyAsync(target, client, cancellation));
            }
            finally
            {
                open.TryRemove(target, out _);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone; so does the other.
        }
    }

    /// <summary>A connection that an introduction sees, or one chosen after it: never one chosen before and seen by none.</summary>
    private async Task<Socket?> OpenAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var before = Volatile.Read(ref introduced);
            if (await ConnectAsync(cancellation) is not { } target)
            {
                return null;
            }

            open[target] = ((IPEndPoint)target.RemoteEndPoint!).Port;
            if (before == Interlocked.CompareExchange(ref introduced, 0, 0))
            {
                return target;
            }

            open.TryRemove(target, out _);
            target.Dispose();
        }
    }

    private async Task<Socket?> ConnectAsync(CancellationToken cancellation)
    {
        foreach (var port in targets().Where(port => port != held?.Port))
        {
            if (await ConnectAsync(port, cancellation) is { } target)
            {
                return target;
            }
        }

        return null;
    }

    private static async Task<Socket?> ConnectAsync(int port, CancellationToken cancellation)
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
