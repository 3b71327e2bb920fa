using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using TempoCos.Contracts;
using TempoCos.IbmCloud.Admin;
using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.Catalog;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.ResourceManager;
using TempoCos.IbmCloud.Search;
using TempoCos.IbmCloud.Tags;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud;

/// <summary>The emulator as a web application.</summary>
public static class IbmCloudApp
{
    /// <summary>
    /// Builds the emulator on its data directory, which it locks until it is disposed. Its address is in <c>Urls</c> once it is started.
    /// Throws <see cref="DiagnosticException"/> when the directory is in use or cannot be written.
    /// </summary>
    public static WebApplication Create(IbmCloudOptions options)
    {
        var data = DataDirectory.Open(options.DataDirectory);
        try
        {
            return Build(options, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Starts listening, with a clear error when the port is taken.</summary>
    public static async Task ListenAsync(this WebApplication app, IbmCloudOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new DiagnosticException(
                "TC921", $"127.0.0.1:{options.Port}", "the port is in use by another program", "End that program, name another with --port, or leave --port out.", exception);
        }
    }

    private static WebApplication Build(IbmCloudOptions options, DataDirectory data)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A failure to start is thrown, and told in one sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // What a request throws is logged by the front door; the server would add a trace for each planned fault.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestLineSize = 32 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));

        var services = builder.Services;
        services.AddSingleton(options);
        // By factory, so that the container disposes it, and the lock with it.
        services.AddSingleton(_ => data);
        services.AddSingleton<KnobPanel>();
        services.AddSingleton<TimeProvider, SkewedClock>();
        services.AddSingleton<CloudState>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<CallerIdentity>();
        services.AddSingleton<IamEndpoints>();
        services.AddSingleton<ResourceGroupEndpoints>();
        services.AddSingleton<ResourceInstanceEndpoints>();
        services.AddSingleton<ResourceKeyEndpoints>();
        services.AddSingleton<ReclamationEndpoints>();
        services.AddSingleton<CloudClock>();
        services.AddSingleton<ResourceControllerRouter>();
        services.AddSingleton<BucketStore>();
        services.AddSingleton<ConfigurationStore>();
        services.AddSingleton<BucketGuard>();
        services.AddSingleton<RootKeys>();
        services.AddSingleton<BucketConfigurationEndpoints>();
        services.AddSingleton<EndpointsDocument>();
        services.AddSingleton<TagStore>();
        services.AddSingleton<TagEndpoints>();
        services.AddSingleton<SearchIndex>();
        services.AddSingleton<SearchEndpoints>();
        services.AddSingleton<CatalogEndpoints>();
        services.AddSingleton<FaultPlan>();
        services.AddSingleton<FaultGate>();
        services.AddSingleton<RequestLog>();
        services.AddSingleton<AdminEndpoints>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<S3Authenticator>();
        services.AddSingleton<S3Endpoint>();
        services.AddSingleton<FrontDoor>();

        var app = builder.Build();
        // Everything is read from disk now, so that what is broken shows before the port opens.
        _ = app.Services.GetRequiredService<DataDirectory>();
        var door = app.Services.GetRequiredService<FrontDoor>();
        app.Run(door.HandleAsync);
        return app;
    }
}
