using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace TempoCos.Cluster.Startup;

/// <summary>One loopback port for TLS, as clients of Kubernetes expect it, and for plain HTTP, as health probes like it.</summary>
public static class LoopbackListener
{
    private const byte TlsHandshake = 0x16;

    public static void Listen(KestrelServerOptions kestrel, int port, X509Certificate2 certificate) => kestrel.Listen(IPAddress.Loopback, port, listen =>
    {
        ConnectionDelegate? plain = null;
        listen.Use(tls => connection => StartAsync(connection, tls, plain!));
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,

            // Whose it is, is found out with each request, which answers with a Status.
            ClientCertificateValidation = (_, _, _) => true,
        });
        listen.Use(next => plain = next);
    });

    private static async Task StartAsync(ConnectionContext connection, ConnectionDelegate tls, ConnectionDelegate plain)
    {
        var first = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
        var isTls = !first.Buffer.IsEmpty && first.Buffer.FirstSpan[0] == TlsHandshake;
        connection.Transport.Input.AdvanceTo(first.Buffer.Start);
        await (isTls ? tls : plain)(connection);
    }
}
