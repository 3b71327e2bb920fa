using System.Numerics;

namespace TempoCos.Traces.Generation;

/// <summary>Blackman and Vigna's xoshiro256**, seeded by SplitMix64. Its numbers are part of the manifest's meaning and never change with the runtime.</summary>
internal sealed class TraceRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public TraceRandom(ulong seed)
    {
        _a = SplitMix64.Next(ref seed);
        _b = SplitMix64.Next(ref seed);
        _c = SplitMix64.Next(ref seed);
        _d = SplitMix64.Next(ref seed);
    }

    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number of 0..<paramref name="exclusiveMax"/>-1: the high half of a 128-bit product.</summary>
    public int Next(int exclusiveMax) => (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMax, out _);

    public int Next(int min, int exclusiveMax) => min + Next(exclusiveMax - min);

    /// <summary>53 random bits as a fraction of 0..1, exact in IEEE 754.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)Next(256);
        }

        return bytes;
    }
}
