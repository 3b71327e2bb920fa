using System.Net;
using TempoCos.Tempo.Tls;
using Yarp.ReverseProxy.Forwarder;

namespace TempoCos.Tempo.Gateway;

/// <summary>What stands behind the gateway.</summary>
public sealed class GatewayUpstreams(GatewayOptions options, IHttpForwarder forwarder) : IDisposable
{
    private readonly HttpMessageInvoker? _tempo = Invoker(options.Tempo, options.UpstreamTls);
    private readonly HttpMessageInvoker? _read = Invoker(options.Read, options.UpstreamTls);
    private readonly HttpMessageInvoker? _otlpHttp = Invoker(options.OtlpHttp, options.UpstreamTls);
    private readonly HttpMessageInvoker? _otlpGrpc = options.OtlpGrpc is { } grpc ? Invoker(Dial.Address(grpc.Host, grpc.Port, options.UpstreamTls), options.UpstreamTls) : null;

    public bool HasTempo => _tempo is not null;

    public bool HasRead => _read is not null;

    public bool HasOtlpHttp => _otlpHttp is not null;

    public bool HasOtlpGrpc => _otlpGrpc is not null;

    public ValueTask<ForwarderError> TempoAsync(HttpContext context) => SendAsync(context, options.Tempo!, _tempo!, HttpVersion.Version11);

    public ValueTask<ForwarderError> ReadAsync(HttpContext context) => SendAsync(context, options.Read!, _read!, HttpVersion.Version11);

    public ValueTask<ForwarderError> OtlpHttpAsync(HttpContext context) => SendAsync(context, options.OtlpHttp!, _otlpHttp!, HttpVersion.Version11);

    public ValueTask<ForwarderError> OtlpGrpcAsync(HttpContext context) =>
        SendAsync(context, Dial.Address(options.OtlpGrpc!.Host, options.OtlpGrpc.Port, options.UpstreamTls), _otlpGrpc!, HttpVersion.Version20);

    public void Dispose()
    {
        _tempo?.Dispose();
        _read?.Dispose();
        _otlpHttp?.Dispose();
        _otlpGrpc?.Dispose();
    }

    private ValueTask<ForwarderError> SendAsync(HttpContext context, Uri upstream, HttpMessageInvoker invoker, Version version) => forwarder.SendAsync(
        context,
        upstream.GetLeftPart(UriPartial.Authority),
        invoker,
        new ForwarderRequestConfig { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = options.UpstreamTimeout });

    private static HttpMessageInvoker? Invoker(Uri? upstream, ClientTls? tls)
    {
        if (upstream is null)
        {
            return null;
        }

        var handler = Dial.Handler(upstream.Host, upstream.Port, upstream.Scheme == Uri.UriSchemeHttps ? tls : null);
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.UseCookies = false;
        handler.EnableMultipleHttp2Connections = true;
        handler.ActivityHeadersPropagator = null;
        return new HttpMessageInvoker(handler);
    }
}
