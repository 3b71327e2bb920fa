using Amazon.Runtime;
using Amazon.S3;

namespace TempoCos.IbmCloud.Tests.Support;

/// <summary>Stands between an SDK's client and the wire: sees the payload mode, may change the body after it has been signed, and may turn https into http.</summary>
public sealed class WireHandler : DelegatingHandler
{
    public WireHandler()
        : base(new SocketsHttpHandler())
    {
    }

    public List<string> PayloadModes { get; } = [];

    public Func<byte[], byte[]>? Tamper { get; set; }

    public void Configure(AmazonS3Config config) => config.HttpClientFactory = new Factory(this);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.TryGetValues("x-amz-content-sha256", out var modes))
        {
            PayloadModes.Add(modes.Single());
        }

        // The SDK signs some modes for TLS only; the signature does not cover the scheme.
        request.RequestUri = new UriBuilder(request.RequestUri!) { Scheme = "http", Port = request.RequestUri!.Port }.Uri;
        if (Tamper is not null && request.Content is { } content)
        {
            var changed = new ByteArrayContent(Tamper(await content.ReadAsByteArrayAsync(cancellationToken)));
            foreach (var (name, values) in content.Headers)
            {
                if (name != "Content-Length")
                {
                    changed.Headers.TryAddWithoutValidation(name, values);
                }
            }

            request.Content = changed;
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private sealed class Factory(WireHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
