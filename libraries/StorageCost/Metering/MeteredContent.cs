using System.Net;

namespace TempoCos.StorageCost.Metering;

/// <summary>A body that is counted as it passes.</summary>
internal sealed class MeteredContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly bool _owns;
    private readonly Func<Action<ReadOnlySpan<byte>>> _counter;

    private MeteredContent(HttpContent inner, bool owns, Func<Action<ReadOnlySpan<byte>>> counter)
    {
        (_inner, _owns, _counter) = (inner, owns, counter);
        foreach (var (name, values) in inner.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>The request keeps its own body: it may be sent again.</summary>
    public static MeteredContent OfRequest(HttpContent inner, OperationTally tally, bool isChunked) => new(inner, owns: false, () =>
    {
        var chunks = isChunked ? new ChunkedPayload() : null;
        return bytes => tally.AddSent(chunks is null ? bytes.Length : chunks.Read(bytes));
    });

    public static MeteredContent OfAnswer(HttpContent inner, OperationTally tally) => new(inner, owns: true, () => bytes => tally.AddReceived(bytes.Length));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var counting = new ObservedStream(stream, owns: false, read: null, written: _counter());
        await _inner.CopyToAsync(counting, context, cancellationToken).ConfigureAwait(false);
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() => new ObservedStream(await _inner.ReadAsStreamAsync().ConfigureAwait(false), owns: true, read: _counter(), written: null);

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? -1;
        return length >= 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _owns)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
