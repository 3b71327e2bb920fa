using System.Net;
using System.Net.Sockets;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Tests.Controllers.Network;

/// <summary>A client that holds a connection learns of a pod that waits for it.</summary>
public sealed class IntroductionTests : IDisposable
{
    /// <summary>Held, since a socket that nobody holds is closed when it is collected.</summary>
    private readonly List<Socket> accepted = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_ends_once_for_a_target_that_has_none_and_the_next_one_goes_there()
    {
        using var old = Listen();
        using var fresh = Listen();
        int[] targets = [Port(old)];
        await using var proxy = new TcpProxy(() => targets);

        using var first = await ConnectAsync(proxy, old);
        targets = [Port(fresh), Port(old)];
        proxy.Introduce([Port(fresh)]);
        (await EndsAsync(first)).ShouldBeTrue();

        using var second = await ConnectAsync(proxy, fresh, after: 1);
        proxy.Introduce([Port(fresh)]);
        (await EndsAsync(second, TimeSpan.FromSeconds(1))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_target_that_does_not_listen_takes_nobodys_connection()
    {
        using var old = Listen();
        var closed = Listen();
        var nobody = Port(closed);
        closed.Dispose();
        await using var proxy = new TcpProxy(() => [Port(old)]);

        using var client = await ConnectAsync(proxy, old);
        proxy.Introduce([nobody]);
        (await EndsAsync(client, TimeSpan.FromSeconds(1))).ShouldBeFalse();
    }

    public void Dispose() => accepted.ForEach(socket => socket.Dispose());

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>
    /// A connection that the target has answered, behind as many others as were made to see whether it listens. One that has only arrived may
    /// still be taken to a target that is introduced meanwhile, and then does not end.
    /// </summary>
    private async Task<TcpClient> ConnectAsync(TcpProxy proxy, TcpListener target, int after = 0)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cancellation);
        for (var arrived = 0; arrived <= after; arrived++)
        {
            accepted.Add(await target.AcceptSocketAsync(Cancellation));
        }

        await accepted[^1].SendAsync(new byte[1], Cancellation);
        (await client.GetStream().ReadAsync(new byte[1], Cancellation)).ShouldBe(1);
        return client;
    }

    private static async Task<bool> EndsAsync(TcpClient client, TimeSpan? within = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(within ?? TimeSpan.FromSeconds(30));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
