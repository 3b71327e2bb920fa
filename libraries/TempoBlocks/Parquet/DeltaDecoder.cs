using System.Buffers.Binary;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Decodes DELTA_BINARY_PACKED. Deltas wrap around, in 32 or in 64 bits.</summary>
internal static class DeltaDecoder
{
    private const int MaxBlock = 1 << 20;

    /// <summary>Fills <paramref name="values"/> (sign-extended when 32-bit) and returns the bytes consumed.</summary>
    public static int Decode(ReadOnlySpan<byte> input, bool is32Bit, Span<long> values)
    {
        var position = 0;
        var block = ReadVarint(input, ref position);
        var minis = ReadVarint(input, ref position);
        var total = ReadVarint(input, ref position);
        var value = ReadZigZag(input, ref position);
        if (block is 0 or > MaxBlock || minis is 0 or > MaxBlock || block % minis != 0 || block / minis % 8 != 0)
        {
            throw new InvalidDataException($"a delta block of {block} values in {minis} parts");
        }

        if (total != (ulong)values.Length)
        {
            throw new InvalidDataException($"{total} delta values where {values.Length} are expected");
        }

        var perMini = (int)(block / minis);
        var filled = 0;
        if (values.Length > 0)
        {
            values[filled++] = value;
        }

        while (filled < values.Length)
        {
            var least = ReadZigZag(input, ref position);
            if ((ulong)(input.Length - position) < minis)
            {
                throw new InvalidDataException("delta widths end too early");
            }

            var widths = input.Slice(position, (int)minis);
            position += (int)minis;
            foreach (var width in widths)
            {
                if (filled == values.Length)
                {
                    break;
                }

                var bytes = perMini / 8 * width;
                if (width > 64 || bytes > input.Length - position)
                {
                    throw new InvalidDataException("delta values end too early");
                }

                var count = Math.Min(perMini, values.Length - filled);
                Unpack(input[position..], width, least, is32Bit, ref value, values.Slice(filled, count));
                filled += count;
                position += bytes;
            }
        }

        return position;
    }

    // The values of one part; bytes behind it may be loaded but never count.
    private static void Unpack(ReadOnlySpan<byte> packed, int width, long least, bool is32Bit, ref long value, Span<long> values)
    {
        var i = 0;
        if (width <= 56)
        {
            var mask = (1UL << width) - 1;
            for (var bit = 0; i < values.Length && (bit >> 3) + 8 <= packed.Length; i++, bit += width)
            {
                var delta = BinaryPrimitives.ReadUInt64LittleEndian(packed[(bit >> 3)..]) >> (bit & 7) & mask;
                value = unchecked(value + least + (long)delta);
                values[i] = is32Bit ? value = (int)value : value;
            }
        }

        for (; i < values.Length; i++)
        {
            value = unchecked(value + least + (long)HybridDecoder.ReadBits(packed, (long)i * width, width));
            values[i] = is32Bit ? value = (int)value : value;
        }
    }

    private static long ReadZigZag(ReadOnlySpan<byte> input, ref int position)
    {
        var value = ReadVarint(input, ref position);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> input, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (position >= input.Length)
            {
                throw new InvalidDataException("a delta header ends too early");
            }

            var b = input[position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a delta header's integer is too long");
    }
}
