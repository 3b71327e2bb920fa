using System.Net;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Jaeger;

/// <summary>Jaeger's HTTP API in front of any Tempo's HTTP API.</summary>
public static class JaegerApp
{
    public static WebApplication Create(JaegerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        TempoLogging.Configure(builder.Logging, "info");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new TempoClient(options.TempoUrl, options.AsksTempoQuery));
        builder.Services.AddSingleton<JaegerEndpoints>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(Address(options.Address), options.Port, listener => options.Tls?.Use(listener));
            if (options.Admin is { } admin)
            {
                kestrel.Listen(Address(admin.Host), admin.Port);
            }
        });
        var app = builder.Build();
        if (options.Admin is { Port: > 0 } admin)
        {
            app.MapWhen(context => context.Connection.LocalPort == admin.Port, branch => branch.Run(context => context.WriteTextAsync(200, "{\"status\":\"Server available\"}")));
        }

        app.Use(JaegerEndpoints.GuardAsync);
        app.UseRouting();
        app.Services.GetRequiredService<JaegerEndpoints>().Map(app);
        app.MapFallback(context => context.WriteTextAsync(404, "404 page not found\n"));
        return app;
    }

    private static IPAddress Address(string host) => IPAddress.TryParse(host, out var address) ? address : IPAddress.Loopback;
}
