using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
                UnpackIndexes(packed, width, values.Slice(filled, count));
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
        if (Bmi2.X64.IsSupported)
        {
            // Eight values at once; the last ones, behind which 8 bytes cannot be loaded, go the slow way.
            var spread = mask * 0x0101010101010101;
            for (var from = 0; i + 8 <= levels.Length && from + 8 <= packed.Length; i += 8, from += width)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(
                    levels[i..], Bmi2.X64.ParallelBitDeposit(BinaryPrimitives.ReadUInt64LittleEndian(packed[from..]), spread));
            }
        }

        for (; i < levels.Length; i++)
        {
            levels[i] = (byte)ReadBits(packed, (long)i * width, width);
        }
    }

    private static void UnpackIndexes(ReadOnlySpan<byte> packed, int width, Span<int> values)
    {
        var i = 0;
        if (Bmi2.X64.IsSupported && Vector256.IsHardwareAccelerated && width is > 0 and <= 8)
        {
            var spread = ((1UL << width) - 1) * 0x0101010101010101;
            ref var first = ref MemoryMarshal.GetReference(values);
            for (var from = 0; i + 8 <= values.Length && from + 8 <= packed.Length; i += 8, from += width)
            {
                var eight = Bmi2.X64.ParallelBitDeposit(BinaryPrimitives.ReadUInt64LittleEndian(packed[from..]), spread);
                var shorts = Vector128.WidenLower(Vector128.CreateScalar(eight).AsByte());
                Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32().StoreUnsafe(ref first, (nuint)i);
            }
        }
        else if (width is > 8 and <= 25)
        {
            var mask = (1U << width) - 1;
            for (long bit = 0; i < values.Length && (bit >> 3) + 4 <= packed.Length; i++, bit += width)
            {
                values[i] = (int)(BinaryPrimitives.ReadUInt32LittleEndian(packed[(int)(bit >> 3)..]) >> (int)(bit & 7) & mask);
            }
        }

        for (; i < values.Length; i++)
        {
            values[i] = (int)ReadBits(packed, (long)i * width, width);
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
