using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Decodes the PLAIN encoding.</summary>
internal static class PlainDecoder
{
    public static ValueArray Decode(PhysicalType type, byte[] body, int count) => type switch
    {
        PhysicalType.Boolean => Booleans(body, count),
        PhysicalType.Int32 => Int32s(body, count),
        PhysicalType.Int64 => new ValueArray(MemoryMarshal.Cast<byte, long>(Fixed(body, count, 8)).ToArray()),
        PhysicalType.Double => new ValueArray(MemoryMarshal.Cast<byte, double>(Fixed(body, count, 8)).ToArray()),
        PhysicalType.ByteArray => ByteArrays(body, count),
        _ => throw new InvalidDataException($"the type {type} is not supported"),
    };

    private static ReadOnlySpan<byte> Fixed(ReadOnlySpan<byte> body, int count, int width) => (long)count * width <= body.Length
        ? body[..(count * width)]
        : throw new InvalidDataException("values end too early");

    private static ValueArray Booleans(ReadOnlySpan<byte> body, int count)
    {
        if (((long)count + 7) / 8 > body.Length)
        {
            throw new InvalidDataException("booleans end too early");
        }

        var values = new bool[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (body[i >> 3] >> (i & 7) & 1) != 0;
        }

        return new ValueArray(values);
    }

    private static ValueArray Int32s(ReadOnlySpan<byte> body, int count)
    {
        var source = MemoryMarshal.Cast<byte, int>(Fixed(body, count, 4));
        var values = new long[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = source[i];
        }

        return new ValueArray(values);
    }

    private static ValueArray ByteArrays(byte[] body, int count)
    {
        if (count > body.Length / 4)
        {
            throw new InvalidDataException("byte arrays end too early");
        }

        var (offsets, lengths) = (new int[count], new int[count]);
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            if (body.Length - position < 4)
            {
                throw new InvalidDataException("byte arrays end too early");
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(position));
            position += 4;
            if (length > body.Length - position)
            {
                throw new InvalidDataException("byte arrays end too early");
            }

            offsets[i] = position;
            lengths[i] = (int)length;
            position += (int)length;
        }

        return new ValueArray(body, offsets, lengths);
    }
}
