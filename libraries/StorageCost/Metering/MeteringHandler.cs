namespace TempoCos.StorageCost.Metering;

/// <summary>
/// Counts what leaves this process for an object store: it belongs directly over the transport, below everything that repeats requests. A request counts when
/// its first byte is written to a connection, bodies as they pass; nothing is held back. HTTP/1.1, with the bucket in the path.
/// </summary>
public sealed class MeteringHandler : DelegatingHandler
{
    private readonly RequestMeter? _meter;

    /// <summary>Over a transport whose filter of plaintext streams is not in use.</summary>
    /// <param name="transport">Of no other handler.</param>
    /// <param name="meter">What counts; without one the scope does in which a request is sent (<see cref="MeteringScope"/>).</param>
    public MeteringHandler(SocketsHttpHandler transport, RequestMeter? meter = null)
        : base(transport)
    {
        _meter = meter;
        transport.PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(Watch(context.PlaintextStream));
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if ((_meter ?? MeteringScope.Current)?.Of(S3Operation.Of(request)) is not { } tally)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        // Whoever repeats the request finds it as it was.
        var content = request.Content;
        Attempts.Current = new Attempts(tally);
        try
        {
            request.Content = content is null ? null : MeteredContent.OfRequest(content, tally, IsChunked(request));
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            response.Content = MeteredContent.OfAnswer(response.Content, tally);
            return response;
        }
        finally
        {
            request.Content = content;
            Attempts.Current = null;
        }
    }

    private static ObservedStream Watch(Stream connection) => new ObservedStream(connection, owns: true, read: null, written: _ => Attempts.Current?.LeftBy(connection));

    // aws-chunked: the body comes in signed chunks, and what counts is inside.
    private static bool IsChunked(HttpRequestMessage request) => request.Headers.Contains("x-amz-decoded-content-length");
}
