using System.Buffers.Binary;

namespace TempoCos.Tempo.Distributor.Export;

/// <summary>Walks protobuf's wire format within a part of a message; every position is one of the whole message.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message, int start, int end)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _end = end;

    public int Position { get; private set; } = start;

    public readonly bool More => Position < _end;

    /// <summary>Field number and wire type; fields and wire types that do not exist are malformed.</summary>
    public uint ReadTag()
    {
        // Nearly all tags are one byte.
        if (Position < _end && _message[Position] < 0x80)
        {
            uint one = _message[Position++];
            return one >= 8 ? one : throw new MalformedExportException("proto: illegal field number 0");
        }

        var tag = ReadVarint();
        return tag is >= 8 and <= uint.MaxValue ? (uint)tag : throw new MalformedExportException("proto: illegal field number");
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (Position >= _end)
            {
                throw new MalformedExportException();
            }

            var part = _message[Position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new MalformedExportException("proto: integer overflow");
    }

    public ulong ReadFixed64()
    {
        var at = Position;
        Advance(8);
        return BinaryPrimitives.ReadUInt64LittleEndian(_message[at..]);
    }

    /// <summary>A length and that many bytes, passed over: where they begin and end.</summary>
    public (int Start, int End) ReadBlock()
    {
        ulong length = Position < _end && _message[Position] < 0x80 ? _message[Position++] : ReadVarint();
        if (length > (ulong)(_end - Position))
        {
            throw new MalformedExportException();
        }

        var start = Position;
        Position += (int)length;
        return (start, Position);
    }

    /// <summary>Passes over the value of a field that this program does not know.</summary>
    public void Skip(uint tag)
    {
        switch (tag & 7)
        {
            case 0: ReadVarint(); break;
            case 1: Advance(8); break;
            case 2: ReadBlock(); break;
            case 5: Advance(4); break;
            default: throw new MalformedExportException($"proto: illegal wireType {tag & 7}");
        }
    }

    public void Advance(int bytes)
    {
        if (bytes > _end - Position)
        {
            throw new MalformedExportException();
        }

        Position += bytes;
    }
}
