using System.Net.Sockets;
using Grpc.Net.Client;

namespace TempoCos.Tempo.Tls;

/// <summary>Connections to other processes, in plain or over TLS.</summary>
public static class Dial
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(2);

    /// <summary>A handler whose connections to <paramref name="host"/> are verified as <paramref name="tls"/> says.</summary>
    public static SocketsHttpHandler Handler(string host, int port, ClientTls? tls)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectWithin, UseProxy = false };
        if (tls is not null)
        {
            handler.SslOptions = tls.Options();

            // The name in the address is the one that the certificate has to have; where the connection leads is another matter.
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(host, port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return handler;
    }

    /// <summary>The address to use with such a handler.</summary>
    public static Uri Address(string host, int port, ClientTls? tls) =>
        tls is null ? new($"http://{Bracketed(host)}:{port}") : new($"https://{Bracketed(tls.ServerName.Length > 0 ? tls.ServerName : host)}:{port}");

    public static GrpcChannel Channel(string host, int port, ClientTls? tls, Action<SocketsHttpHandler> configure)
    {
        var handler = Handler(host, port, tls);
        configure(handler);
        return GrpcChannel.ForAddress(Address(host, port, tls), new GrpcChannelOptions { MaxReceiveMessageSize = null, HttpHandler = handler, DisposeHttpClient = true });
    }

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host;
}
