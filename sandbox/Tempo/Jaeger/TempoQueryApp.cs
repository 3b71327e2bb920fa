using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Tls;
using Yarp.ReverseProxy.Forwarder;

namespace TempoCos.Tempo.Jaeger;

/// <summary>
/// What stands between jaeger-query and Tempo. The real one speaks Jaeger's storage protocol; this one passes on Tempo's own API, over
/// HTTP/2 so that the health check of gRPC is at the same port as the real one's.
/// </summary>
public static class TempoQueryApp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static WebApplication Create(TempoQueryOptions options)
    {
        var builder = SideProcess.CreateBuilder("info");
        builder.Services.AddGrpc();
        builder.Services.AddHttpForwarder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(SideProcess.Address(options.Address.Host), options.Address.Port, listener => listener.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var (host, port) = (options.Backend.Host, options.Backend.Port);
        var handler = Dial.Handler(host, port, options.Tls);
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.ActivityHeadersPropagator = null;
        var invoker = new HttpMessageInvoker(handler);
        app.Lifetime.ApplicationStopped.Register(invoker.Dispose);
        var backend = Dial.Address(host, port, options.Tls).GetLeftPart(UriPartial.Authority);
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.UseRouting();
        app.MapGrpcService<TempoQueryHealth>();
        app.MapFallback(async context => await forwarder.SendAsync(
            context, backend, invoker, new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = Patience }));
        return app;
    }
}
