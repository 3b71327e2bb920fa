using System.Text.Json;
using Grpc.Core;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Gateway;

/// <summary>HTTP: <c>/api/traces/v1/TENANT/…</c>, of which <c>/tempo/api</c> is Tempo's, <c>/v1/traces</c> takes OTLP, and the rest is Jaeger's.</summary>
public sealed class GatewayHttp(GatewayOptions options, IReadOnlyDictionary<string, GatewayTenant> tenants, GatewayUpstreams upstreams)
{
    private const string Prefix = "/api/traces/v1/";
    private const string TempoPrefix = "/tempo";

    private static readonly string[] ReadPaths =
        ["/api/traces", "/api/services", "/api/dependencies", "/api/metrics", "/static/", "/search", "/trace/", "/dependencies", "/monitor", "/favicon.ico"];

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (GatewayRefusedException refusal) when (!context.Response.HasStarted)
        {
            if (refusal.LoginAt is { } login)
            {
                context.Response.Headers.Location = login;
            }

            await context.WriteTextAsync(
                refusal.Status, JsonSerializer.Serialize(new { error = refusal.Message, errorType = "observatorium-api", status = "error" }) + "\n", "application/json; charset=utf-8");
        }
    }

    private async Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimEnd('/');
        if (path.Split('/') is ["", "oidc", var name, "login"] && tenants.TryGetValue(name, out var login) && login.Authentication is OidcAuthentication oidc)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = await oidc.LoginAsync(context.RequestAborted);
            return;
        }

        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            await context.WriteTextAsync(StatusCodes.Status404NotFound, "404 page not found\n");
            return;
        }

        var slash = path.IndexOf('/', Prefix.Length);
        var tenantName = slash < 0 ? path[Prefix.Length..] : path[Prefix.Length..slash];
        var rest = slash < 0 ? "" : path[slash..];
        var tenant = tenants.GetValueOrDefault(tenantName) ?? throw new GatewayRefusedException(401, StatusCode.PermissionDenied, "tenant not found, have you registered it?");
        var who = await tenant.Authentication.IdentifyAsync(Token(context.Request, tenant), context.RequestAborted);
        context.Request.Headers[options.TenantHeader] = tenant.Id;
        if (!context.Request.Headers.ContainsKey("X-Forwarded-Prefix"))
        {
            context.Request.Headers["X-Forwarded-Prefix"] = Prefix + tenantName;
        }

        var get = HttpMethods.IsGet(context.Request.Method);
        if (upstreams.HasTempo && rest.StartsWith(TempoPrefix + "/api", StringComparison.Ordinal))
        {
            await ForwardAsync(get, "read", rest[TempoPrefix.Length..], upstreams.TempoAsync);
        }
        else if (upstreams.HasOtlpHttp && rest == "/v1/traces")
        {
            await ForwardAsync(HttpMethods.IsPost(context.Request.Method), "write", rest, upstreams.OtlpHttpAsync);
        }
        else if (upstreams.HasRead && ReadPaths.Any(known => rest.StartsWith(known, StringComparison.Ordinal)))
        {
            await ForwardAsync(get, "read", rest, upstreams.ReadAsync);
        }
        else
        {
            await context.WriteTextAsync(StatusCodes.Status404NotFound, "404 page not found\n");
        }

        async Task ForwardAsync(bool method, string permission, string to, Func<HttpContext, ValueTask<Yarp.ReverseProxy.Forwarder.ForwarderError>> send)
        {
            if (!method)
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return;
            }

            var status = await tenant.Authorization.CheckAsync(who, permission, tenant, context.RequestAborted);
            if (status != StatusCodes.Status200OK)
            {
                throw new GatewayRefusedException(
                    status, StatusCode.PermissionDenied, status == StatusCodes.Status403Forbidden ? "You don't have permission to access this tenant" : $"{status} {(System.Net.HttpStatusCode)status}");
            }

            context.Request.Path = to;
            await send(context);
        }
    }

    private static string Token(HttpRequest request, GatewayTenant tenant)
    {
        var header = request.Headers.Authorization.ToString();
        return header.Length == 0 ? request.Cookies["observatorium_" + tenant.Name] ?? throw tenant.Authentication.WithoutToken(request)
            : header.Split(' ') is [_, var token] ? token
            : throw new GatewayRefusedException(StatusCodes.Status401Unauthorized, StatusCode.InvalidArgument, "invalid Authorization header");
    }
}
