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
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData)
        {
            socket.Dispose();
            throw new ReachFaultException(
                new(Codes.HostUnknown, host, "The host does not resolve here", "Enter it in the DNS that this machine asks, or reach the stack by port-forward.", false), exception);
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
}
