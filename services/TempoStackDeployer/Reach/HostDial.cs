using System.Net;
using System.Net.Sockets;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Connects to a host and port.</summary>
internal sealed class HostDial(string host, int port)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    /// <exception cref="ReachFaultException">The host does not resolve, or nobody answers there.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Within);
        var addresses = await ResolveAsync(limit.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            socket.Dispose();
            throw new ReachFaultException(
                new(
                    Codes.NotReachable, $"{host}:{port}", exception is SocketException ? exception.Message.TrimEnd('.') : $"nobody answered within {Within.TotalSeconds} s",
                    "Look for a network policy or a firewall between here and there.", false),
                exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            return await HostName.ResolveAsync(host, limit);
        }
        catch (ReachFaultException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
