using System.Buffers.Binary;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Decodes parquet's RLE/bit-packed hybrid: levels, dictionary indexes.</summary>
internal static class HybridDecoder
{
    /// <summary>Fills <paramref name="levels"/>; every level is at most <paramref name="max"/>.</summary>
    public static void DecodeLevels(ReadOnlySpan<byte> input, int max, Span<byte> levels)
    {
        var width = 32 - int.LeadingZeroCount(max);
        var (position, filled) = (0, 0);
        while (filled < levels.Length)
        {
            var header = ReadVarint(input, ref position);
            if ((header & 1) == 0)
            {
                var run = RunLength(header >> 1, levels.Length - filled);
                var value = ReadRunValue(input, ref position, width);
                levels.Slice(filled, run).Fill((byte)value);
                filled += run;
            }
            else
            {
                var packed = PackedRun(input, ref position, header >> 1, width, levels.Length - filled, out var count);
                UnpackLevels(packed, width, levels.Slice(filled, count));
                filled += count;
            }
        }

        if (levels.IndexOfAnyExceptInRange((byte)0, (byte)max) >= 0)
        {
            throw new InvalidDataException($"a level exceeds its maximum of {max}");
        }
    }

    /// <summary>Fills <paramref name="values"/> with integers of <paramref name="width"/> bits (0 to 32).</summary>
    public static void Decode(ReadOnlySpan<byte> input, int width, Span<int> values)
    {
        if (width > 32)
        {
            throw new InvalidDataException($"dictionary indexes of {width} bits");
        }

        var (position, filled) = (0, 0);
        while (filled < values.Length)
        {
            var header = ReadVarint(input, ref position);
            if ((header & 1) == 0)
            {
                var run = RunLength(header >> 1, values.Length - filled);
                values.Slice(filled, run).Fill(ReadRunValue(input, ref position, width));
                filled += run;
            }
            else
            {
                var packed = PackedRun(input, ref position, header >> 1, width, values.Length - filled, out var count);
                for (var i = 0; i < count; i++)
                {
                    values[filled + i] = (int)ReadBits(packed, (long)i * width, width);
                }

                filled += count;
            }
        }
    }

    /// <summary>Up to 64 bits at a bit offset, little-endian; bits behind the end read as 0.</summary>
    public static ulong ReadBits(ReadOnlySpan<byte> bytes, long bit, int width)
    {
        if (width == 0)
        {
            return 0;
        }

        var first = (int)(bit >> 3);
        var shift = (int)(bit & 7);
        var low = Load(bytes, first) >> shift;
        if (shift + width > 64)
        {
            low |= Load(bytes, first + 8) << (64 - shift);
        }

        return width == 64 ? low : low & ((1UL << width) - 1);
    }

    private static ulong Load(ReadOnlySpan<byte> bytes, int offset)
    {
        if (offset + 8 <= bytes.Length)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
        }

        var value = 0UL;
        for (var i = 0; i < bytes.Length - offset; i++)
        {
            value |= (ulong)bytes[offset + i] << (8 * i);
        }

        return value;
    }

    private static void UnpackLevels(ReadOnlySpan<byte> packed, int width, Span<byte> levels)
    {
        var mask = (1UL << width) - 1;
        var i = 0;
        for (; i + 8 <= levels.Length; i += 8)
        {
            var bits = Load(packed, i / 8 * width);
            for (var j = 0; j < 8; j++)
            {
                levels[i + j] = (byte)(bits & mask);
                bits >>= width;
            }
        }

        for (; i < levels.Length; i++)
        {
            levels[i] = (byte)ReadBits(packed, (long)i * width, width);
        }
    }

    private static int RunLength(uint length, int room) =>
        length == 0 ? throw new InvalidDataException("a run of no values") : (int)Math.Min(length, (uint)room);

    private static int ReadRunValue(ReadOnlySpan<byte> input, ref int position, int width)
    {
        var bytes = (width + 7) / 8;
        if (bytes > input.Length - position)
        {
            throw new InvalidDataException("a run ends too early");
        }

        var value = 0;
        for (var i = 0; i < bytes; i++)
        {
            value |= input[position++] << (8 * i);
        }

        return value;
    }

    private static ReadOnlySpan<byte> PackedRun(
        ReadOnlySpan<byte> input, ref int position, uint groups, int width, int room, out int count)
    {
        count = (int)Math.Min((ulong)groups * 8, (ulong)room);
        if (count == 0)
        {
            throw new InvalidDataException("a run of no values");
        }

        var needed = ((long)count * width + 7) / 8;
        if (needed > input.Length - position)
        {
            throw new InvalidDataException("a bit-packed run ends too early");
        }

        var packed = input.Slice(position, (int)Math.Min((long)groups * width, input.Length - position));
        position += packed.Length;
        return packed;
    }

    private static uint ReadVarint(ReadOnlySpan<byte> input, ref int position)
    {
        var value = 0U;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (position >= input.Length)
            {
                throw new InvalidDataException("levels or indexes end too early");
            }

            var b = input[position++];
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a run's length is too long");
    }
}
