using System.Net.WebSockets;
using System.Text;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>
/// A connection to a pod's port as a stream, over a WebSocket in the protocol v4.channel.k8s.io: each message begins with its channel, 0 for data and
/// 1 for an error text, and the first message of each channel carries the port, two bytes. (A kubelet forwards ports in no later version.)
/// </summary>
internal sealed class PodStream(WebSocket remote, Func<string, ReachFault> refusal) : Stream
{
    private const byte DataChannel = 0;
    private const int Channels = 2;
    private const int PortBytes = 2;
    private const int BufferSize = 64 * 1024;
    private const int LongestError = 4096;

    private readonly int[] _skip = [PortBytes, PortBytes];
    private readonly StringBuilder _error = new();
    private readonly byte[] _received = new byte[BufferSize];
    private readonly byte[] _sending = new byte[BufferSize];
    private ReadOnlyMemory<byte> _rest;
    private byte _channel = DataChannel;
    private bool _atStart = true;
    private bool _ended;
    private int _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="ReachFaultException">The pod's side says why it does not take the connection.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty && !_ended && buffer.Length > 0)
        {
            await ReceiveAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        Telemetry.ForwardedBytes.Add(count);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var count = Math.Min(buffer.Length, BufferSize - 1);
            _sending[0] = DataChannel;
            buffer[..count].CopyTo(_sending.AsMemory(1));
            try
            {
                await remote.SendAsync(_sending.AsMemory(0, count + 1), WebSocketMessageType.Binary, true, cancellationToken);
            }
            catch (WebSocketException exception)
            {
                throw new IOException("the connection through the Kubernetes API broke", exception);
            }

            Telemetry.ForwardedBytes.Add(count);
            buffer = buffer[count..];
        }
    }

    /// <summary>Says that nothing more will be sent. The protocol has no half-closed state: the pod takes it for the end of both directions.</summary>
    public Task EndAsync(CancellationToken cancellationToken) =>
        remote.State is WebSocketState.Open or WebSocketState.CloseReceived ? remote.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken) : Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            remote.Abort();
            remote.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult result;
        try
        {
            result = await remote.ReceiveAsync(_received.AsMemory(), cancellationToken);
        }
        catch (WebSocketException exception)
        {
            throw new IOException("the connection through the Kubernetes API broke", exception);
        }

        if (result.MessageType == WebSocketMessageType.Close)
        {
            _ended = true;
            ThrowIfRefused();
            return;
        }

        var data = _received.AsMemory(0, result.Count);
        if (_atStart && data.Length > 0)
        {
            _channel = data.Span[0];
            data = data[1..];
            _atStart = false;
        }

        _atStart |= result.EndOfMessage;
        if (_channel >= Channels)
        {
            return;
        }

        var skipped = Math.Min(_skip[_channel], data.Length);
        _skip[_channel] -= skipped;
        data = data[skipped..];
        if (_channel == DataChannel)
        {
            _rest = data;
            return;
        }

        if (_error.Length < LongestError)
        {
            _error.Append(Encoding.UTF8.GetString(data.Span));
        }

        if (result.EndOfMessage)
        {
            ThrowIfRefused();
        }
    }

    private void ThrowIfRefused()
    {
        if (_error.Length > 0)
        {
            throw new ReachFaultException(refusal(_error.ToString()));
        }
    }
}
