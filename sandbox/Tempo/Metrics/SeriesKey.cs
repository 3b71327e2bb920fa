using TempoCos.Tempo.TraceQL;

namespace TempoCos.Tempo.Metrics;

/// <summary>The values that tell a series from the others, in the order of the query's groups.</summary>
internal readonly struct SeriesKey(Static[] values) : IEquatable<SeriesKey>
{
    public ReadOnlySpan<Static> Values => values;

    public bool Equals(SeriesKey other) => Values.SequenceEqual(other.Values);

    public override bool Equals(object? obj) => obj is SeriesKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
