using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Yarp.ReverseProxy.Forwarder;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Adds what a way asks for to each request, and reads from the answers why a gateway refuses.</summary>
internal sealed class WayTransformer(Way way) : HttpTransformer
{
    private const string TenantHeader = "X-Scope-OrgID";
    private const string NotVerified = "failed to verify ID token";
    private const string NotRegistered = "tenant not found";
    private readonly Upstream _upstream = way.Upstream!;

    public override async ValueTask TransformRequestAsync(HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);
        request.RequestUri = new Uri($"{_upstream.Base.GetLeftPart(UriPartial.Authority)}{_upstream.Prefix}{context.Request.Path.ToUriComponent()}{context.Request.QueryString.ToUriComponent()}");
        request.Headers.Host = null;
        if (_upstream.Tenant is { } tenant)
        {
            request.Headers.Remove(TenantHeader);
            request.Headers.TryAddWithoutValidation(TenantHeader, tenant);
        }

        if (_upstream.Token is { } token)
        {
            try
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.CurrentAsync(cancellationToken));
            }
            catch (ReachFaultException exception)
            {
                way.Fault = exception.Fault;
                throw;
            }
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext context, HttpResponseMessage? response, CancellationToken cancellationToken)
    {
        if (way.Gateway && response is not null)
        {
            await JudgeAsync(response, cancellationToken);
        }

        return await base.TransformResponseAsync(context, response, cancellationToken);
    }

    private async Task JudgeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var fault = way.IsGrpc ? OfGrpc(response.Headers) : response.StatusCode switch
        {
            HttpStatusCode.Redirect or HttpStatusCode.RedirectMethod => _upstream.Token is null ? SentToLogIn() : NotAccepted("it would send a browser to log in"),
            HttpStatusCode.Forbidden => NotAllowed(),
            HttpStatusCode.Unauthorized or HttpStatusCode.InternalServerError => OfText(await TextAsync(response, cancellationToken), response.StatusCode),
            _ => null,
        };
        if (fault is not null)
        {
            _upstream.Token?.Forget();
            way.Fault = fault;
        }
    }

    private ReachFault? OfGrpc(HttpResponseHeaders headers)
    {
        var status = headers.TryGetValues("grpc-status", out var values) && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (StatusCode)number : StatusCode.OK;
        var message = headers.TryGetValues("grpc-message", out var texts) ? Uri.UnescapeDataString(texts.First()) : "";
        return status switch
        {
            StatusCode.Unauthenticated when _upstream.Token is null => SentToLogIn(),
            StatusCode.Unauthenticated => NotAccepted(message),
            StatusCode.PermissionDenied when message.StartsWith(NotRegistered, StringComparison.Ordinal) => NotKnown(message),
            StatusCode.PermissionDenied => NotAllowed(),
            StatusCode.Unknown when message.Contains(NotVerified, StringComparison.Ordinal) => NotAccepted(message),
            StatusCode.InvalidArgument when message.Contains("tenant", StringComparison.Ordinal) => NotKnown(message),
            _ => null,
        };
    }

    private ReachFault? OfText(string text, HttpStatusCode status) => text.Contains(NotRegistered, StringComparison.Ordinal) ? NotKnown(NotRegistered)
        : status == HttpStatusCode.Unauthorized ? NotAccepted("401")
        : text.Contains(NotVerified, StringComparison.Ordinal) ? NotAccepted(NotVerified)
        : null;

    // Short, and put back so that it is passed on.
    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(64 * 1024, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private ReachFault SentToLogIn() => new(
        Codes.NoGatewayToken, way.Target, "The gateway wants a token, and none was given: it would send a browser to log in",
        "Name a Secret with a bearer token for the tenant, or set Tempo__Token.", true);

    private ReachFault NotAccepted(string message) => new(
        Codes.GatewayTokenRefused, way.Target, $"The gateway does not accept the token from {_upstream.Token?.Source ?? "nowhere"}: {message}",
        "Give a token that has not expired, from the tenant's issuer and for its client id; in openshift mode one that the cluster knows.", true);

    private ReachFault NotAllowed() => new(
        Codes.GatewayForbids, way.Target, $"The gateway knows the bearer of the token from {_upstream.Token?.Source ?? "nowhere"}, but does not allow this on the tenant",
        $"Give it {(way.IsGrpc ? "write" : "read")} on traces of the tenant: spec.tenants.authorization, or in openshift mode {(way.IsGrpc ? "create" : "get")} of the tenant's resource in tempo.grafana.com.", true);

    // The gateway asks the issuer when it starts, and knows the tenant only then.
    private ReachFault NotKnown(string message) => new(
        Codes.TenantUnknown, way.Target, $"The gateway does not know the tenant: {message}", "See the gateway's log: it may not reach the tenant's issuer.", false);
}
