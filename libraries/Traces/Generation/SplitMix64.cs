namespace TempoCos.Traces.Generation;

/// <summary>Steele, Lea and Flood's SplitMix64: a bijective mix of 64 bits, and the generator that seeds others.</summary>
internal static class SplitMix64
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>The finaliser alone. Different inputs give different outputs, which makes derived ids unique.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    public static ulong Next(ref ulong state)
    {
        state += Gamma;
        return Mix(state);
    }
}
