using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>
/// A process for pods (each of whose containers learns all of the pod's ports): HTTP 200 on <c>PORT_HTTP</c> and <c>PORT_JAEGER_UI</c>, HTTP/2 on <c>PORT_OTLP_GRPC</c>, and on <c>PORT_OTLP_HTTP</c> an echo
/// that answers the end of its input with the end of its output.
/// </summary>
internal static class TestPod
{
    public const string Switch = "TEMPOCOS_TEST_POD";

    public static async Task RunAsync()
    {
        var tempoQuery = Environment.GetCommandLineArgs().Contains("tempo-query");
        var jaeger = Environment.GetCommandLineArgs().Contains("jaeger-query");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (tempoQuery)
            {
                Listen("PORT_PROXY_GRPC", HttpProtocols.Http2);
                return;
            }

            Listen(jaeger ? "PORT_JAEGER_UI" : "PORT_HTTP", HttpProtocols.Http1);
            if (!jaeger)
            {
                Listen("PORT_TEMPO_INTERNAL", HttpProtocols.Http1);
            }

            Listen("PORT_OTLP_GRPC", HttpProtocols.Http2);
            void Listen(string name, HttpProtocols protocols)
            {
                if (Port(name) is { } port)
                {
                    kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols);
                }
            }
        });
        await using var app = builder.Build();
        app.Run(context => tempoQuery ? ServingAsync(context) : context.Response.WriteAsync("ready"));
        if (!tempoQuery && Port("PORT_OTLP_HTTP") is { } port)
        {
            _ = EchoAsync(port);
        }

        await app.RunAsync();
    }

    /// <summary>What gRPC's health check is answered with: serving.</summary>
    private static async Task ServingAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 8, 1 });
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static int? Port(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static async Task EchoAsync(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (true)
        {
            _ = EchoAsync(await listener.AcceptTcpClientAsync());
        }
    }

    private static async Task EchoAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            await stream.CopyToAsync(stream);
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }
}
