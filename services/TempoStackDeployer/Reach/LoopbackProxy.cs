using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry;
using Yarp.ReverseProxy.Forwarder;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Plain http listeners that add what their ways ask for: TLS, a client certificate, a prefix, a tenant, a token. Bodies are streamed, trailers go through.</summary>
internal sealed class LoopbackProxy : IAsyncDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);
    private readonly WebApplication _app;
    private readonly List<HttpMessageInvoker> _invokers;

    private LoopbackProxy(WebApplication app, List<HttpMessageInvoker> invokers)
    {
        _app = app;
        _invokers = invokers;
    }

    /// <summary>Opens a listener for each of the ways and gives them their addresses.</summary>
    public static async Task<LoopbackProxy> OpenAsync(IReadOnlyList<Way> ways, IPAddress listenAt, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();

        // What passes here is told by those at its ends.
        builder.Services.AddSingleton(new ActivitySource("TempoCos.LoopbackProxy"));
        builder.Services.AddSingleton(new DiagnosticListener("TempoCos.LoopbackProxy"));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var way in ways)
            {
                kestrel.Listen(listenAt, 0, listener =>
                {
                    listener.Protocols = way.IsGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
                    listener.Use(next => connection =>
                    {
                        connection.Features.Set(way);
                        return next(connection);
                    });
                });
            }
        });

        var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var lines = ways.ToDictionary(way => way, way => (Invoker: new HttpMessageInvoker(UpstreamHandler.Create(way)), Transformer: new WayTransformer(way)));
        app.Run(async context =>
        {
            using var quiet = SuppressInstrumentationScope.Begin();
            var way = context.Features.Get<Way>()!;
            var line = lines[way];
            var version = way.IsGrpc ? HttpVersion.Version20 : HttpVersion.Version11;
            await forwarder.SendAsync(
                context,
                way.Upstream!.Base.GetLeftPart(UriPartial.Authority),
                line.Invoker,
                new ForwarderRequestConfig { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = LongestSilence },
                line.Transformer);
        });
        Task starting;
        using (ExecutionContext.SuppressFlow())
        {
            starting = Task.Run(() => app.StartAsync(cancellationToken), cancellationToken);
        }

        await starting;

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        for (var i = 0; i < ways.Count; i++)
        {
            ways[i].Address = new Uri(addresses[i]);
        }

        return new LoopbackProxy(app, [.. lines.Values.Select(line => line.Invoker)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _invokers.ForEach(invoker => invoker.Dispose());
    }
}
