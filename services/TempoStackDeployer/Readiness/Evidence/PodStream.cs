using System.Net.WebSockets;
using System.Text;

namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <summary>
/// The data of a port-forward, in the protocol v4.channel.k8s.io: each message begins with its channel, 0 for data and 1 for an error text, and the first message
/// of each channel carries the port, two bytes.
/// </summary>
internal sealed class PodStream(WebSocket socket) : Stream
{
    private const int DataChannel = 0;
    private const int Channels = 2;
    private const int PortBytes = 2;

    private readonly byte[] _buffer = new byte[32 << 10];
    private readonly bool[] _opened = new bool[Channels];
    private int _start;
    private int _end;
    private int _channel = -1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
        // Every write goes out at once.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _end)
        {
            if (!await ReceiveAsync(cancellationToken))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var message = new byte[buffer.Length + 1];
        message[0] = DataChannel;
        buffer.CopyTo(message.AsMemory(1));
        await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Abort();
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        var received = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
        if (received.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        (_start, _end) = (0, received.Count);
        if (_channel < 0 && received.Count > 0)
        {
            _channel = _buffer[0] % Channels;
            _start = Math.Min(received.Count, _opened[_channel] ? 1 : 1 + PortBytes);
            _opened[_channel] = true;
        }

        if (_channel != DataChannel && _start < _end)
        {
            throw new IOException(Encoding.UTF8.GetString(_buffer, _start, _end - _start).Trim());
        }

        if (received.EndOfMessage)
        {
            _channel = -1;
        }

        return true;
    }
}
