using Amazon.Runtime;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Storage;

/// <summary>The S3 client's connections, with a histogram of what went over them.</summary>
internal sealed class BackendHttpClientFactory(TimeSpan timeout, Histogram seconds) : HttpClientFactory, IDisposable
{
    private readonly BackendRequestTimer _handler = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, seconds);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(_handler, disposeHandler: false) { Timeout = timeout };

    // The connections are the handler's, and shared by all of them.
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public void Dispose() => _handler.Dispose();
}
