using Grpc.Core;
using Yarp.ReverseProxy.Forwarder;

namespace TempoCos.Tempo.Gateway;

/// <summary>OTLP/gRPC: the tenant's name comes in its header and leaves as its id. No other method is let through.</summary>
public sealed class GatewayGrpc(GatewayOptions options, IReadOnlyDictionary<string, GatewayTenant> tenants, GatewayUpstreams upstreams)
{
    private const string Export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AdmitAsync(context);
            if (await upstreams.OtlpGrpcAsync(context) != ForwarderError.None && !context.Response.HasStarted)
            {
                context.Response.Clear();
                throw new GatewayRefusedException(503, StatusCode.Unavailable, "the distributor cannot be reached");
            }
        }
        catch (GatewayRefusedException refusal) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = ((int)refusal.Code).ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers["grpc-message"] = Uri.EscapeDataString(refusal.GrpcMessage).Replace("%20", " ", StringComparison.Ordinal);
        }
    }

    private async Task AdmitAsync(HttpContext context)
    {
        var header = options.TenantHeader.ToLowerInvariant();
        if (context.Request.Headers[header] is not { Count: > 0 } names)
        {
            throw Refuse(StatusCode.InvalidArgument, $"header \"{header}\" not set");
        }

        var tenant = names.Count > 1 ? throw Refuse(StatusCode.InvalidArgument, $"header \"{header}\" requested multiple tenants")
            : tenants.GetValueOrDefault(names[0]!) ?? throw Refuse(StatusCode.InvalidArgument, "unknown tenant");
        var authorization = context.Request.Headers.Authorization.ToString();
        var token = authorization.Length == 0 ? throw Refuse(StatusCode.Unauthenticated, "error no access token")
            : authorization.Split(' ') is [_, var second] ? second
            : throw Refuse(StatusCode.InvalidArgument, "invalid Authorization header");
        if (tenant.Authentication is OpenShiftAuthentication && !context.Request.IsHttps)
        {
            // The real gateway looks for the caller's certificate then, and ends.
            throw Refuse(StatusCode.Unavailable, "gRPC is taken over TLS only in openshift mode");
        }

        var who = await tenant.Authentication.IdentifyAsync(token, context.RequestAborted);
        if (context.Request.Path != Export || !upstreams.HasOtlpGrpc)
        {
            throw Refuse(StatusCode.PermissionDenied, "method never permitted");
        }

        if (await tenant.Authorization.CheckAsync(who, "write", tenant, context.RequestAborted) != StatusCodes.Status200OK)
        {
            throw Refuse(StatusCode.PermissionDenied, "forbidden");
        }

        context.Request.Headers[header] = tenant.Id;

        static GatewayRefusedException Refuse(StatusCode code, string message) => new(StatusCodes.Status403Forbidden, code, message);
    }
}
