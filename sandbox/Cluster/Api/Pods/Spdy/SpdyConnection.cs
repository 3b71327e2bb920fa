using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace TempoCos.Cluster.Api.Pods.Spdy;

/// <summary>
/// The server's side of SPDY/3.1, as far as clients of Kubernetes use it. They neither heed nor extend windows of flow control, and would hang if
/// this side did. So each stream keeps what is not read yet, as a kubelet does, and is in nobody's way as long as that is no more than its share; what bounds the memory is that nothing
/// more is read from the connection while one of its streams has all of that unread.
/// </summary>
public sealed class SpdyConnection(Stream transport, Func<SpdyStream, bool> accept, CancellationToken cancellation) : IDisposable
{
    private const uint Control = 0x8000_0000;
    private const ushort Version = 3;
    private const byte Fin = 1;
    private const int HeaderLength = 8;
    private const int MaximumControl = 8 << 10;
    private const int MaximumStreams = 512;
    private const int ProtocolError = 1;
    private const int RefusedStream = 3;
    private const int Cancel = 5;
    private const byte HasDictionary = 0x20;

    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly HeaderInflater headers = new();
    private readonly ConcurrentDictionary<int, SpdyStream> streams = new();
    private readonly byte[] received = new byte[MaximumControl];
    private int lastStream;
    private bool goneAway;
    private bool replied;

    /// <summary>Serves until the client goes; then every stream that is still open is aborted.</summary>
    public async Task RunAsync()
    {
        try
        {
            var header = new byte[HeaderLength];
            while (await transport.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellation) == header.Length)
            {
                await ReceiveAsync(BinaryPrimitives.ReadUInt32BigEndian(header), header[4], (int)(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)) & 0xff_ffff));
            }
        }
        catch (InvalidDataException)
        {
            await SendAsync(FrameType.GoAway, [lastStream, ProtocolError]);
        }
        finally
        {
            foreach (var stream in streams.Values)
            {
                stream.Abort();
            }
        }
    }

    public async Task SendDataAsync(SpdyStream stream, ReadOnlyMemory<byte> data, bool last)
    {
        var frame = ArrayPool<byte>.Shared.Rent(HeaderLength + data.Length);
        try
        {
            BinaryPrimitives.WriteInt32BigEndian(frame, stream.Id);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)data.Length | (last ? (uint)Fin << 24 : 0));
            data.CopyTo(frame.AsMemory(HeaderLength));
            await WriteAsync(frame.AsMemory(0, HeaderLength + data.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }

        Forget(stream);
    }

    public async Task SendResetAsync(SpdyStream stream)
    {
        streams.TryRemove(stream.Id, out _);
        await SendAsync(FrameType.Reset, [stream.Id, Cancel]);
    }

    public void Dispose()
    {
        sending.Dispose();
        headers.Dispose();
    }

    private async Task ReceiveAsync(uint word, byte flags, int length)
    {
        if ((word & Control) == 0)
        {
            await ReceiveDataAsync((int)word, flags, length);
            return;
        }

        if (((word >> 16) & 0x7fff) != Version || length > MaximumControl)
        {
            throw new InvalidDataException("this is no control frame of SPDY/3.1");
        }

        var payload = received.AsMemory(0, length);
        await transport.ReadExactlyAsync(payload, cancellation);
        var type = (FrameType)(word & 0xffff);
        switch (type)
        {
            case FrameType.SynStream:
                await OpenAsync(Read(payload, 10), flags, headers.Read(payload.Span[10..]));
                break;
            case FrameType.Reset when streams.TryRemove(Read(payload, 4), out var stream):
                stream.Abort();
                break;
            case FrameType.Ping:
                await SendAsync(FrameType.Ping, [Read(payload, 4)]);
                break;
            case FrameType.GoAway:
                goneAway = true;
                break;
            case FrameType.Headers or FrameType.SynReply:
                // Nobody asks what they say, but those that follow are compressed with them.
                headers.Read(payload.Span[Math.Min(4, length)..]);
                break;
            default:
                break;
        }
    }

    private static int Read(ReadOnlyMemory<byte> payload, int atLeast) =>
        payload.Length >= atLeast ? BinaryPrimitives.ReadInt32BigEndian(payload.Span) & int.MaxValue : throw new InvalidDataException("the frame is too short");

    private async Task OpenAsync(int id, byte flags, IReadOnlyDictionary<string, string> given)
    {
        if (goneAway)
        {
            return;
        }

        if (id <= lastStream || id % 2 == 0)
        {
            throw new InvalidDataException($"{id} cannot be the next stream of a client");
        }

        lastStream = id;
        if (streams.Count >= MaximumStreams)
        {
            await SendAsync(FrameType.Reset, [id, RefusedStream]);
            return;
        }

        var stream = new SpdyStream(this, id, given);
        if ((flags & Fin) != 0)
        {
            stream.EndReceived();
        }

        streams[id] = stream;
        await SendReplyAsync(id);
        if (!accept(stream))
        {
            await stream.ResetAsync();
        }
    }

    private async Task ReceiveDataAsync(int id, byte flags, int length)
    {
        // Of a stream that is gone, more may be on its way.
        var stream = streams.GetValueOrDefault(id) is { IsReceived: false } open ? open : null;
        var unread = stream is null ? length : await stream.ReceiveAsync(transport, length, cancellation);
        while (unread > 0)
        {
            var part = received.AsMemory(0, Math.Min(unread, received.Length));
            await transport.ReadExactlyAsync(part, cancellation);
            unread -= part.Length;
        }

        if (stream is not null && (flags & Fin) != 0)
        {
            stream.EndReceived();
            Forget(stream);
        }
    }

    private void Forget(SpdyStream stream)
    {
        if (stream.IsReceived && stream.IsFinished)
        {
            streams.TryRemove(stream.Id, out _);
        }
    }

    /// <summary>A reply without headers: their number, stored and not compressed, and an empty block, with which a flush ends; before the first, the beginning of a zlib stream.</summary>
    private async Task SendReplyAsync(int id)
    {
        byte[] begin = replied ? [] : [0x78, HasDictionary, 0, 0, 0, 0];
        replied = true;
        if (begin.Length > 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(begin.AsSpan(2), HeaderDictionary.Id);
        }

        byte[] none = [0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
        var payload = new byte[sizeof(int) + begin.Length + none.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload, id);
        begin.CopyTo(payload.AsSpan(sizeof(int)));
        none.CopyTo(payload.AsSpan(sizeof(int) + begin.Length));
        await SendAsync(FrameType.SynReply, payload);
    }

    private Task SendAsync(FrameType type, int[] numbers)
    {
        var payload = new byte[numbers.Length * sizeof(int)];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(i * sizeof(int)), numbers[i]);
        }

        return SendAsync(type, payload);
    }

    private Task SendAsync(FrameType type, byte[] payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, Control | ((uint)Version << 16) | (uint)type);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return WriteAsync(frame);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> frame)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            await transport.WriteAsync(frame, cancellation);
            await transport.FlushAsync(cancellation);
        }
        finally
        {
            sending.Release();
        }
    }
}
