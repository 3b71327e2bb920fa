using System.Net;
using System.Net.Sockets;

namespace TempoCos.Cluster.Network.Names;

/// <summary>
/// The cluster's DNS, at port 53 of its block of loopback addresses, by UDP and TCP: names of services itself, all others by the machine's own
/// name servers.
/// </summary>
public sealed partial class DnsServer(ClusterOptions options, LoopbackBlock block, ServiceNames names, DnsForwarder forwarder, ILogger<DnsServer> logger) : IHostedService, IDisposable
{
    private const int Port = 53;
    private const int LongestDatagram = 512;
    private const int ForwardedAtOnce = 64;
    private const byte FirstBlock = 32;
    private const byte LastBlock = 254;
    private const int Tries = 32;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim free = new(ForwardedAtOnce);
    private Socket? datagrams;
    private TcpListener? listener;
    private Task serving = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            block.Forgo("only Linux has more than one loopback address, and mounts of a process's own");
            return Task.CompletedTask;
        }

        if (!options.Privileges)
        {
            block.Forgo($"port {Port} is not opened, as if this user might not");
            return Task.CompletedTask;
        }

        try
        {
            Bind();
            serving = Task.WhenAll(Task.Run(() => ServeDatagramsAsync(datagrams!, ending.Token), CancellationToken.None), Task.Run(() => ServeConnectionsAsync(listener!, ending.Token), CancellationToken.None));
        }
        catch (SocketException problem)
        {
            block.Forgo($"port {Port} of a loopback address cannot be opened by this user: {problem.Message} (root may, and whoever has CAP_NET_BIND_SERVICE or a net.ipv4.ip_unprivileged_port_start of {Port} or less)");
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await serving;
    }

    public void Dispose()
    {
        datagrams?.Dispose();
        listener?.Dispose();
        ending.Dispose();
    }

    /// <summary>Takes the first block at random whose port nobody has, such as another cluster on this machine.</summary>
    private void Bind()
    {
        for (var tries = 1; ; tries++)
        {
            var number = (byte)Random.Shared.Next(FirstBlock, LastBlock + 1);
            var at = new IPEndPoint(LoopbackBlock.ServerOf(number), Port);
            try
            {
                datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                datagrams.Bind(at);
                listener = new TcpListener(at);
                listener.Start();
                block.Claim(number);
                return;
            }
            catch (SocketException problem)
            {
                datagrams?.Dispose();
                listener?.Dispose();
                if (problem.SocketErrorCode != SocketError.AddressAlreadyInUse || tries == Tries)
                {
                    throw;
                }
            }
        }
    }

    private async Task ServeDatagramsAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[ushort.MaxValue];
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellation);
                _ = AnswerAsync(buffer[..received.ReceivedBytes], LongestDatagram, answer => socket.SendToAsync(answer, received.RemoteEndPoint, cancellation).AsTask(), cancellation);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException)
            {
                // The end, or a client that is gone.
            }
        }
    }

    private async Task ServeConnectionsAsync(TcpListener tcp, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var client = await tcp.AcceptTcpClientAsync(cancellation);
                _ = ServeConnectionAsync(client, cancellation);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException)
            {
                // The end, or a client that gave up while it was accepted.
            }
        }
    }

    private async Task ServeConnectionAsync(TcpClient client, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var open = client;
        try
        {
            await using var stream = client.GetStream();
            patience.CancelAfter(Idle);
            while (await DnsFrame.ReadAsync(stream, patience.Token) is { } message)
            {
                await AnswerAsync(message, ushort.MaxValue, answer => DnsFrame.WriteAsync(stream, answer, patience.Token), patience.Token);
                patience.CancelAfter(Idle);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // It said nothing more, or is gone.
        }
    }

    /// <summary>What is no question is not answered.</summary>
    private async Task AnswerAsync(byte[] message, int longest, Func<byte[], Task> sendAsync, CancellationToken cancellation)
    {
        try
        {
            if (DnsQuery.Parse(message) is { } query)
            {
                await sendAsync(names.Find(query)?.Encode(query, longest)
                    ?? await ForwardAsync(message, longest > LongestDatagram, cancellation)
                    ?? DnsAnswer.Failure.Encode(query, longest));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Who asked is gone, or this is the end.
        }
        catch (Exception problem)
        {
            Log.NotAnswered(logger, problem);
        }
    }

    /// <summary>Null also when too many others wait for the machine's name servers: the cluster's own names do not wait for them.</summary>
    private async Task<byte[]?> ForwardAsync(byte[] message, bool byTcp, CancellationToken cancellation)
    {
        if (!await free.WaitAsync(0, cancellation))
        {
            return null;
        }

        try
        {
            return await forwarder.AskAsync(message, byTcp, cancellation);
        }
        finally
        {
            free.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "a question for a name could not be answered")]
        public static partial void NotAnswered(ILogger logger, Exception problem);
    }
}
