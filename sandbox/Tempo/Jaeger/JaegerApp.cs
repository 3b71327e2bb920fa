using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Jaeger;

/// <summary>Jaeger's HTTP API in front of any Tempo's HTTP API.</summary>
public static class JaegerApp
{
    public static WebApplication Create(JaegerOptions options)
    {
        var builder = SideProcess.CreateBuilder("info");
        builder.Services.AddSingleton(new TempoClient(options.TempoUrl, options.AsksTempoQuery));
        builder.Services.AddSingleton<JaegerEndpoints>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(SideProcess.Address(options.Address), options.Port, listener => options.Tls?.Use(listener));
            if (options.Admin is { } admin)
            {
                kestrel.Listen(SideProcess.Address(admin.Host), admin.Port);
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
}
