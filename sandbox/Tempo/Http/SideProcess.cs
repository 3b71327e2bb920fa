using System.Net;

namespace TempoCos.Tempo.Http;

/// <summary>What the programs beside Tempo (jaeger-query, tempo-query, gateway) have in common.</summary>
internal static class SideProcess
{
    public static WebApplicationBuilder CreateBuilder(string logLevel)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        TempoLogging.Configure(builder.Logging, logLevel);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton(TimeProvider.System);
        return builder;
    }

    /// <summary>Loopback unless an address is named.</summary>
    public static IPAddress Address(string host) => IPAddress.TryParse(host, out var address) ? address : IPAddress.Loopback;
}
