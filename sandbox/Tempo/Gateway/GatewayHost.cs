using Microsoft.AspNetCore.Server.Kestrel.Core;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Gateway;

/// <summary>What gateway and policy agent have in common.</summary>
internal static class GatewayHost
{
    public static void Listen(KestrelServerOptions kestrel, HostPort at, GatewayListener role, HttpProtocols protocols, ServerTls? tls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Listen(SideProcess.Address(at.Host), at.Port, listener =>
        {
            listener.Protocols = protocols;
            tls?.Use(listener);
            listener.Use(next => connection =>
            {
                connection.Features.Set(new Role(role));
                return next(connection);
            });
        });
    }

    public static GatewayListener RoleOf(HttpContext context) => context.Features.Get<Role>()?.Listener ?? GatewayListener.Web;

    /// <summary>Health and metrics, on the internal listener only.</summary>
    public static Task AnswerInternalAsync(HttpContext context, RequestDelegate next) => RoleOf(context) != GatewayListener.Internal
        ? next(context)
        : context.Request.Path.Value switch
        {
            "/live" or "/ready" => context.WriteTextAsync(StatusCodes.Status200OK, "{}\n", HttpText.Json),
            "/metrics" => context.WriteTextAsync(StatusCodes.Status200OK, "", "text/plain; version=0.0.4; charset=utf-8"),
            _ => context.WriteTextAsync(StatusCodes.Status404NotFound, "404 page not found\n"),
        };

    private sealed record Role(GatewayListener Listener);
}
