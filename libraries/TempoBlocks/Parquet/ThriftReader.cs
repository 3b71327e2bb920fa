namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// Thrift's compact protocol over bytes that may be damaged: every count and length is checked against what is left,
/// so that no input makes it loop, recurse without end or allocate more than the input's own size.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 24;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _depth;
    private short _lastField;

    public int Position { get; private set; }

    /// <summary>Enters a struct; the result is given back to <see cref="EndStruct"/>.</summary>
    public short BeginStruct()
    {
        if (++_depth > MaxDepth)
        {
            throw new InvalidDataException("thrift structs are nested too deeply");
        }

        var outer = _lastField;
        _lastField = 0;
        return outer;
    }

    public void EndStruct(short outer)
    {
        _depth--;
        _lastField = outer;
    }

    /// <summary>False at the struct's end.</summary>
    public bool NextField(out short id, out ThriftType type)
    {
        var header = ReadByte();
        type = (ThriftType)(header & 0x0f);
        if (type == ThriftType.Stop)
        {
            id = 0;
            return false;
        }

        var delta = header >> 4;
        id = _lastField = delta == 0 ? checked((short)ReadZigZag()) : checked((short)(_lastField + delta));
        return true;
    }

    public int ReadInt32(ThriftType type)
    {
        Expect(type is ThriftType.I32 or ThriftType.I16 or ThriftType.I64, type);
        var value = ReadZigZag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new InvalidDataException("a thrift integer exceeds 32 bits");
    }

    public long ReadInt64(ThriftType type)
    {
        Expect(type is ThriftType.I64 or ThriftType.I32 or ThriftType.I16, type);
        return ReadZigZag();
    }

    public static bool ReadBool(ThriftType type)
    {
        Expect(type is ThriftType.True or ThriftType.False, type);
        return type == ThriftType.True;
    }

    public ReadOnlySpan<byte> ReadBinary(ThriftType type)
    {
        Expect(type == ThriftType.Binary, type);
        var length = ReadVarint();
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw new InvalidDataException("a thrift string is longer than what holds it");
        }

        var value = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return value;
    }

    /// <summary>The number of elements, each of which takes at least one byte.</summary>
    public int BeginList(ThriftType type, out ThriftType element)
    {
        Expect(type is ThriftType.List or ThriftType.Set, type);
        var header = ReadByte();
        element = (ThriftType)(header & 0x0f);
        var count = (ulong)(header >> 4);
        if (count == 15)
        {
            count = ReadVarint();
        }

        return count <= (ulong)(_bytes.Length - Position)
            ? (int)count
            : throw new InvalidDataException("a thrift list is longer than what holds it");
    }

    /// <summary>A boolean inside a list takes a byte of its own.</summary>
    public bool ReadListBool() => ReadByte() == 1;

    public void Skip(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Advance(8);
                break;
            case ThriftType.Binary:
                ReadBinary(type);
                break;
            case ThriftType.List or ThriftType.Set:
                SkipList(type);
                break;
            case ThriftType.Map:
                SkipMap();
                break;
            case ThriftType.Struct:
                SkipStruct();
                break;
            default:
                throw new InvalidDataException($"unknown thrift type {(int)type}");
        }
    }

    private static void Expect(bool fits, ThriftType type)
    {
        if (!fits)
        {
            throw new InvalidDataException($"a thrift field has the unexpected type {(int)type}");
        }
    }

    private void SkipList(ThriftType type)
    {
        var count = BeginList(type, out var element);
        for (var i = 0; i < count; i++)
        {
            SkipElement(element);
        }
    }

    private void SkipMap()
    {
        var count = ReadVarint();
        if (count > (ulong)(_bytes.Length - Position))
        {
            throw new InvalidDataException("a thrift map is longer than what holds it");
        }

        if (count > 0)
        {
            var types = ReadByte();
            for (var i = 0UL; i < count; i++)
            {
                SkipElement((ThriftType)(types >> 4));
                SkipElement((ThriftType)(types & 0x0f));
            }
        }
    }

    private void SkipElement(ThriftType element)
    {
        if (element is ThriftType.True or ThriftType.False)
        {
            ReadByte();
        }
        else
        {
            var outer = BeginStruct();
            Skip(element);
            EndStruct(outer);
        }
    }

    private void SkipStruct()
    {
        var outer = BeginStruct();
        while (NextField(out _, out var type))
        {
            Skip(type);
        }

        EndStruct(outer);
    }

    private byte ReadByte() => Position < _bytes.Length ? _bytes[Position++] : throw new InvalidDataException("thrift data ends too early");

    private void Advance(int count)
    {
        if (count > _bytes.Length - Position)
        {
            throw new InvalidDataException("thrift data ends too early");
        }

        Position += count;
    }

    private long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var b = ReadByte();
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a thrift integer is too long");
    }
}
