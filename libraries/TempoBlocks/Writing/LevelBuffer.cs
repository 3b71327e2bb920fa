using System.Numerics;
using System.Runtime.Intrinsics;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The levels of one or several columns, a byte per entry: repetition in the upper half, definition in the lower.</summary>
internal sealed class LevelBuffer
{
    private const int SmallestLength = 256;
    private byte[] _levels = new byte[SmallestLength];

    public int Count { get; private set; }

    public void Add(int repetition, int definition)
    {
        var (levels, count) = (_levels, Count);
        if ((uint)count >= (uint)levels.Length)
        {
            levels = Grow();
        }

        levels[count] = (byte)(repetition << 4 | definition);
        Count = count + 1;
    }

    /// <summary>Unpacks entries and returns how many are at the maximal definition level, that is have values.</summary>
    public int Unpack(int start, int count, int maxDefinition, Span<short> repetitions, Span<short> definitions)
    {
        var levels = _levels.AsSpan(start, count);
        var i = 0;
        var values = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var full = Vector128.Create((byte)maxDefinition);
            var mask = Vector128.Create((byte)0x0f);
            for (; i + Vector128<byte>.Count <= levels.Length; i += Vector128<byte>.Count)
            {
                var packed = Vector128.Create<byte>(levels[i..]);
                var definition = packed & mask;
                values += BitOperations.PopCount(Vector128.Equals(definition, full).ExtractMostSignificantBits());
                Widen(definition, definitions[i..]);
                Widen((packed.AsUInt16() >>> 4).AsByte() & mask, repetitions[i..]);
            }
        }

        for (; i < levels.Length; i++)
        {
            repetitions[i] = (short)(levels[i] >> 4);
            var definition = levels[i] & 0x0f;
            definitions[i] = (short)definition;
            values += definition == maxDefinition ? 1 : 0;
        }

        return values;
    }

    public void Clear() => Count = 0;

    private static void Widen(Vector128<byte> bytes, Span<short> target)
    {
        var (lower, upper) = Vector128.Widen(bytes);
        lower.AsInt16().CopyTo(target);
        upper.AsInt16().CopyTo(target[Vector128<short>.Count..]);
    }

    private byte[] Grow()
    {
        Array.Resize(ref _levels, 2 * _levels.Length);
        return _levels;
    }
}
