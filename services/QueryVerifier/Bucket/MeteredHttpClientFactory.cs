using Amazon.Runtime;
using TempoCos.StorageCost.Metering;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>The connections of one S3 client, with a meter on them: what the client asks again is billed again.</summary>
internal sealed class MeteredHttpClientFactory : HttpClientFactory, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private readonly TimeSpan _timeout;
    private readonly MeteringHandler _handler;

    public MeteredHttpClientFactory(TimeSpan timeout)
    {
        _timeout = timeout;
        _handler = new MeteringHandler(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false, UseCookies = false }, Meter);
    }

    public RequestMeter Meter { get; } = new();

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(_handler, disposeHandler: false) { Timeout = _timeout };

    // The connections are the handler's, and shared by all of them.
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public void Dispose() => _handler.Dispose();
}
