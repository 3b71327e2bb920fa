using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TempoCos.Contracts;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Generator;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.QueryFrontend;
using TempoCos.Tempo.QueryFrontend.Streaming;
using TempoCos.Tempo.Ring;

namespace TempoCos.Tempo;

/// <summary>One Tempo process: the listeners of its target, and what answers on them.</summary>
public static class TempoApp
{
    public static WebApplication Create(TempoSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        TempoLogging.Configure(builder.Logging, settings.Server.LogLevel);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddComponents(settings);
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = null);
        builder.Services.AddResponseCompression(options =>
        {
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = [HttpText.Json, HttpText.Protobuf, HttpText.Llm + "+json", "text/plain"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        var planned = Plan(settings);
        WebApplication? app = null;
        var tunnel = settings is { StreamOverHttp: true, Server.HttpTls: null } ? new GrpcTunnel(() => Grpc(Opened(app!, planned))) : null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var listener in planned)
            {
                Listen(kestrel, listener, settings, listener.Role == ListenerRole.Http ? tunnel : null);
            }
        });

        app = builder.Build();
        app.UseResponseCompression();
        app.UseMiddleware<RequestGate>();
        app.UseRouting();
        Map(app, settings);
        var lifecycle = app.Services.GetRequiredService<Lifecycle>();
        app.Lifetime.ApplicationStopping.Register(lifecycle.Stopping);
        app.Lifetime.ApplicationStarted.Register(() => lifecycle.Start(Opened(app, planned)));
        return app;
    }

    /// <summary>The listeners with the ports that the system gave them, in the order of <see cref="Plan"/>.</summary>
    public static IReadOnlyList<Listener> Opened(WebApplication app, IReadOnlyList<Listener> planned)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        return [.. planned.Select((listener, i) => listener with { Port = new Uri(addresses[i].Replace("[::]", "localhost", StringComparison.Ordinal)).Port })];
    }

    /// <summary>Which listeners a target opens.</summary>
    public static IReadOnlyList<Listener> Plan(TempoSettings settings)
    {
        var listeners = new List<Listener>
        {
            new(ListenerRole.Http, settings.Server.HttpAddress, settings.Server.HttpPort),
            new(ListenerRole.Grpc, settings.Server.GrpcAddress, settings.Server.GrpcPort),
        };
        if (settings.Distributor.OtlpGrpc is { } grpc)
        {
            listeners.Add(new(ListenerRole.OtlpGrpc, grpc.Host, grpc.Port));
        }

        if (settings.Distributor.OtlpHttp is { } http)
        {
            listeners.Add(new(ListenerRole.OtlpHttp, http.Host, http.Port));
        }

        if (settings.Server.Internal is { } inner)
        {
            listeners.Add(new(ListenerRole.Internal, inner.Address, inner.Port));
        }

        if (settings.Target.NeedsRing && !settings.InMemoryRing)
        {
            listeners.Add(new(ListenerRole.Gossip, settings.Memberlist.BindAddress, settings.Memberlist.BindPort));
        }

        return listeners;
    }

    private static void Map(WebApplication app, TempoSettings settings)
    {
        app.Services.GetRequiredService<StatusEndpoints>().Map(app);
        if (settings.Target.Ingester)
        {
            app.MapGrpcService<IngesterGrpcService>();
            app.Services.GetRequiredService<IngesterEndpoints>().Map(app);
        }

        if (settings.Target.MetricsGenerator)
        {
            app.MapGrpcService<GeneratorGrpcService>();
        }

        app.MapGrpcService<HealthService>();
        if (settings.Target.QueryFrontend)
        {
            app.MapGrpcService<FrontendGrpcService>();
            app.MapGrpcService<StreamingQuerierService>();
            app.MapQueries();
        }

        app.MapFallback(context => context.WriteTextAsync(404, "404 page not found\n"));
    }

    private static void Listen(KestrelServerOptions kestrel, Listener listener, TempoSettings settings, GrpcTunnel? tunnel)
    {
        var tls = listener.Role switch
        {
            ListenerRole.Http => settings.Server.HttpTls,
            ListenerRole.Grpc => settings.Server.GrpcTls,
            ListenerRole.OtlpGrpc => settings.Distributor.OtlpGrpcTls,
            ListenerRole.OtlpHttp => settings.Distributor.OtlpHttpTls,
            ListenerRole.Internal => settings.Server.Internal!.Tls,
            _ => null,
        };
        kestrel.Listen(Address(listener.Host), listener.Port, options =>
        {
            options.Protocols = listener.Role is ListenerRole.Grpc or ListenerRole.OtlpGrpc ? HttpProtocols.Http2
                : listener.Role == ListenerRole.Http && tls is not null && settings.StreamOverHttp ? HttpProtocols.Http1AndHttp2
                : HttpProtocols.Http1;
            tls?.Use(options);
            options.Use(next => connection =>
            {
                connection.Features.Set(listener);
                return tunnel is null ? next(connection) : tunnel.RunAsync(connection, next);
            });
        });
    }

    private static IPEndPoint Grpc(IReadOnlyList<Listener> opened)
    {
        var listener = opened.First(listener => listener.Role == ListenerRole.Grpc);
        var address = Address(listener.Host);
        return new(address.Equals(IPAddress.Any) ? IPAddress.Loopback : address, listener.Port);
    }

    private static IPAddress Address(string host) => host switch
    {
        // Tempo's own default is every interface; here nothing is reachable from outside unless the file says so.
        "" => IPAddress.Loopback,
        "0.0.0.0" or "::" => IPAddress.Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.TryParse(host, out var parsed) ? parsed : Resolve(host),
    };

    private static IPAddress Resolve(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host)[0];
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or IndexOutOfRangeException)
        {
            throw new DiagnosticException("TC353", host, "the listen address is not known", "Give an IP address of this machine.", exception);
        }
    }
}
