using System.Buffers;
using Google.Protobuf;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>
/// Serialized traces on their way into a log, in one pooled buffer that is laid out as the log is: before each trace there is room for
/// its record's head, so that the buffer is written as it stands.
/// </summary>
public sealed class TraceBatch(string tenant) : IDisposable
{
    // A length that is patched in later takes this many bytes whatever it is: longer than needed is legal.
    private const int PatchedLength = 4;
    private const int MaxPatchedLength = 1 << (7 * PatchedLength);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;

    public string Tenant => tenant;

    public List<TracePart> Parts { get; } = [];

    public int Length { get; private set; }

    public Span<byte> Written => _buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Trace(TracePart part) => _buffer.AsMemory(part.Offset, part.Length);

    /// <summary>A part for a call that this batch outlives: its bytes are not copied.</summary>
    public PushedTrace Pushed(TracePart part) => new()
    {
        TraceId = UnsafeByteOperations.UnsafeWrap(part.Id.ToByteArray()),
        Trace = UnsafeByteOperations.UnsafeWrap(Trace(part)),
        Start = part.Start,
        End = part.End,
    };

    public void Begin()
    {
        Room(WalLog.RecordHead);
        Length += WalLog.RecordHead;
        _start = Length;
    }

    public void End(TraceId16 id, uint start, uint end, int spans) => Parts.Add(new(id, start, end, spans, _start, Length - _start));

    public void Add(TraceId16 id, uint start, uint end, int spans, ReadOnlySpan<byte> trace)
    {
        Begin();
        Append(trace);
        End(id, start, end, spans);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>A tag of one byte and a length.</summary>
    public void AppendPrefix(byte tag, int length)
    {
        Room(6);
        _buffer[Length++] = tag;
        var rest = (uint)length;
        while (rest >= 0x80)
        {
            _buffer[Length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _buffer[Length++] = (byte)rest;
    }

    /// <summary>A tag of one byte and room for a length that <see cref="EndBlock"/> writes.</summary>
    public int BeginBlock(byte tag)
    {
        Room(1 + PatchedLength);
        _buffer[Length++] = tag;
        Length += PatchedLength;
        return Length;
    }

    public void EndBlock(int mark)
    {
        var length = Length - mark;
        if (length >= MaxPatchedLength)
        {
            throw new InvalidOperationException($"A block of {length} bytes is too long.");
        }

        for (var i = 0; i < PatchedLength; i++)
        {
            _buffer[mark - PatchedLength + i] = (byte)(((length >> (7 * i)) & 0x7F) | (i < PatchedLength - 1 ? 0x80 : 0));
        }
    }

    /// <summary>Leaves out the parts that are refused, by moving the others together.</summary>
    public void Keep(ReadOnlySpan<Refusal> refusals)
    {
        var length = 0;
        var kept = 0;
        for (var i = 0; i < Parts.Count; i++)
        {
            var part = Parts[i];
            if (refusals[i] == Refusal.None)
            {
                var size = WalLog.RecordHead + part.Length;
                Buffer.BlockCopy(_buffer, part.Offset - WalLog.RecordHead, _buffer, length, size);
                Parts[kept++] = part with { Offset = length + WalLog.RecordHead };
                length += size;
            }
        }

        Parts.RemoveRange(kept, Parts.Count - kept);
        Length = length;
    }

    public void Clear()
    {
        Parts.Clear();
        Length = 0;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Room(int bytes)
    {
        if (Length + bytes > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + bytes));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
