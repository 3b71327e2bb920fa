namespace TempoCos.Benchmarks.Load;

/// <summary>SplitMix64: small, and the same everywhere.</summary>
internal sealed class Sequence(ulong state)
{
    private ulong _state = state;

    public ulong Next()
    {
        var z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    public ulong Below(ulong limit) => Next() % limit;
}
