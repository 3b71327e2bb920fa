using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Decodes the PLAIN encoding into rented arrays; byte arrays stay slices of the body.</summary>
internal static class PlainDecoder
{
    public static ValueArray Decode(PhysicalType type, ArraySegment<byte> body, int count) => type switch
    {
        PhysicalType.Boolean => Booleans(body, count),
        PhysicalType.Int32 => Int32s(body, count),
        PhysicalType.Int64 => new ValueArray(Copy<long>(body, count), count),
        PhysicalType.Double => new ValueArray(Copy<double>(body, count), count),
        PhysicalType.ByteArray => ByteArrays(body, count),
        _ => throw new InvalidDataException($"the type {type} is not supported"),
    };

    private static T[] Copy<T>(ReadOnlySpan<byte> body, int count)
        where T : unmanaged
    {
        var source = Fixed<T>(body, count);
        var values = ArrayPool<T>.Shared.Rent(count);
        source.CopyTo(values);
        return values;
    }

    private static ReadOnlySpan<T> Fixed<T>(ReadOnlySpan<byte> body, int count)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(body);
        return count <= values.Length ? values[..count] : throw new InvalidDataException("values end too early");
    }

    private static ValueArray Booleans(ReadOnlySpan<byte> body, int count)
    {
        if (((long)count + 7) / 8 > body.Length)
        {
            throw new InvalidDataException("booleans end too early");
        }

        var values = ArrayPool<bool>.Shared.Rent(count);
        for (var i = 0; i < count; i++)
        {
            values[i] = (body[i >> 3] >> (i & 7) & 1) != 0;
        }

        return new ValueArray(values, count);
    }

    private static ValueArray Int32s(ReadOnlySpan<byte> body, int count)
    {
        var source = Fixed<int>(body, count);
        var values = ArrayPool<long>.Shared.Rent(count);
        for (var i = 0; i < source.Length; i++)
        {
            values[i] = source[i];
        }

        return new ValueArray(values, count);
    }

    private static ValueArray ByteArrays(ArraySegment<byte> body, int count)
    {
        if (count > body.Count / 4)
        {
            throw new InvalidDataException("byte arrays end too early");
        }

        var (offsets, lengths) = (ArrayPool<int>.Shared.Rent(count), ArrayPool<int>.Shared.Rent(count));
        var bytes = body.AsSpan();
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            if (bytes.Length - position < 4)
            {
                throw new InvalidDataException("byte arrays end too early");
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[position..]);
            position += 4;
            if (length > bytes.Length - position)
            {
                throw new InvalidDataException("byte arrays end too early");
            }

            offsets[i] = body.Offset + position;
            lengths[i] = (int)length;
            position += (int)length;
        }

        return new ValueArray(body.Array!, offsets, lengths, count);
    }
}
