using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TempoCos.Tempo.Http;
using Yarp.ReverseProxy.Forwarder;

namespace TempoCos.Tempo.Gateway;

/// <summary>The gateway in front of Tempo: who asks, for which tenant, and whether they may.</summary>
public static partial class GatewayApp
{
    public static WebApplication Create(GatewayOptions options)
    {
        var builder = SideProcess.CreateBuilder(options.LogLevel);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TenantFile.Read(options.TenantsFile, RoleAuthorization.Read(options.RbacFile), TimeProvider.System));
        builder.Services.AddSingleton<GatewayUpstreams>().AddSingleton<GatewayHttp>().AddSingleton<GatewayGrpc>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            GatewayHost.Listen(kestrel, options.Web, GatewayListener.Web, options.WebTls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2, options.WebTls);
            GatewayHost.Listen(kestrel, options.Internal, GatewayListener.Internal, HttpProtocols.Http1, options.InternalTls);
            if (options.Grpc is { } grpc)
            {
                GatewayHost.Listen(kestrel, grpc, GatewayListener.Grpc, HttpProtocols.Http2, options.WebTls);
            }
        });

        var app = builder.Build();
        app.Use(GatewayHost.AnswerInternalAsync);
        app.Run(context => GatewayHost.RoleOf(context) == GatewayListener.Grpc
            ? app.Services.GetRequiredService<GatewayGrpc>().HandleAsync(context)
            : app.Services.GetRequiredService<GatewayHttp>().HandleAsync(context));
        if (options.QueryRbac)
        {
            Log.NoQueryRbac(app.Logger);
        }

        return app;
    }

    /// <summary>Where it listens once it has started: web, internal and, where it is offered, gRPC.</summary>
    public static IReadOnlyList<Uri> Addresses(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)))];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "--traces.query-rbac is set, but queries are not narrowed to namespaces here")]
        public static partial void NoQueryRbac(ILogger logger);
    }
}
