using System.Buffers;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace TempoCos.IbmCloud.Faults;

/// <summary>
/// An answer's body on its way out: counts what is sent and does to it what a fault wants. Who writes the answer does not know.
/// The last byte waits until it is released, so that a client has its whole answer only after all is done.
/// </summary>
public sealed partial class AnswerStream(HttpContext context) : Stream
{
    private readonly HttpResponse _response = context.Response;
    private readonly Stream _inner = context.Response.Body;
    private ArrayBufferWriter<byte>? _held;
    private Fault? _fault;
    private bool _begun;
    private long _taken;
    private long _limit = long.MaxValue;
    private long _flipAt = -1;
    private long _end = -1;
    private byte[]? _last;

    /// <summary>Bytes that were sent.</summary>
    public long Count { get; private set; }

    private bool IsXml => _response.ContentType == "application/xml";

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Alters the answer as the fault says; before anything of it is written.</summary>
    public void Alter(Fault fault)
    {
        _fault = fault;
        if (fault.DropsAfter)
        {
            _limit = 0;
        }

        if (fault.ETag is { } etag)
        {
            _response.OnStarting(() =>
            {
                if (_response.Headers.ETag.Count > 0)
                {
                    _response.Headers.ETag = etag;
                }

                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Sends what had to be seen whole; all is sent then but the last byte.</summary>
    public async Task FinishAsync()
    {
        if (_held is { } held)
        {
            _held = null;
            var whole = _fault!.ETag is { } etag && IsXml ? WithETag(held.WrittenSpan, etag) : held.WrittenMemory;
            _response.ContentLength = whole.Length;
            Begin();
            await SendAsync(whole, context.RequestAborted);
        }
    }

    /// <summary>Sends the last byte.</summary>
    public async Task ReleaseAsync()
    {
        if (_last is { } last)
        {
            _last = null;
            await _inner.WriteAsync(last, context.RequestAborted);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_begun)
        {
            if (_fault is { DropsAfter: false } fault && ((fault.ETag is not null && IsXml) || (fault.AltersAnswer && _response.ContentLength is null)))
            {
                // What is to be done needs the whole, or its length.
                _held = new ArrayBufferWriter<byte>();
            }

            Begin();
        }

        if (_held is not null)
        {
            _held.Write(buffer.Span);
            return;
        }

        await SendAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("answers are written asynchronously");

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _held is null && _limit > 0 ? _inner.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException("answers are written asynchronously");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Works out lengths once the answer's own length stands.</summary>
    private void Begin()
    {
        _begun = true;
        if (_held is not null || _response.ContentLength is not { } length)
        {
            return;
        }

        if (_fault is not { DropsAfter: false } fault)
        {
            _end = length;
            return;
        }

        if (fault.Corrupt && length > 0)
        {
            _flipAt = length / 2;
        }

        if (fault.TruncateQuietly)
        {
            _limit = length / 2;
            _response.ContentLength = _limit;
        }
        else if (fault.Truncate)
        {
            // Fewer bytes than announced: the server sends them and closes the connection. An abort might overtake them.
            _limit = length / 2;
        }

        _flipAt = _flipAt >= _limit ? _limit / 2 : _flipAt;
        _end = _response.ContentLength.Value;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        var at = _taken;
        _taken += piece.Length;
        if (_taken > _limit)
        {
            piece = piece[..(int)Math.Max(0, _limit - at)];
        }

        if (_flipAt >= at && _flipAt < at + piece.Length)
        {
            var copy = piece.ToArray();
            copy[_flipAt - at] ^= 1;
            piece = copy;
        }

        Count += piece.Length;
        if (piece.Length > 0 && at + piece.Length == _end)
        {
            _last = [piece.Span[^1]];
            piece = piece[..^1];
        }

        if (piece.Length > 0)
        {
            await _inner.WriteAsync(piece, cancellationToken);
        }
    }

    private static ReadOnlyMemory<byte> WithETag(ReadOnlySpan<byte> xml, string etag) =>
        Encoding.UTF8.GetBytes(ETagElement().Replace(Encoding.UTF8.GetString(xml), $"<ETag>{SecurityElement.Escape(etag)}</ETag>"));

    [GeneratedRegex("<ETag>[^<]*</ETag>")]
    private static partial Regex ETagElement();
}
