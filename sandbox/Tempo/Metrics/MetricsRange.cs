using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Metrics;

/// <summary>
/// The time that a metrics query covers, in nanoseconds: a point at T stands for what began after the point before it and not after T.
/// An instant query has one point, the end.
/// </summary>
public readonly record struct MetricsRange(ulong Start, ulong End, ulong Step, bool IsInstant)
{
    private const ulong Milli = 1_000_000;

    public static MetricsRange Of(MetricsRequest request) => new(request.Start, request.End, request.Step, request.Instant);

    public int Intervals => IsInstant ? 1 : (int)((Ceiling(End) - Floor(Start)) / Step);

    /// <summary>About 240 points, at whole five seconds where that many fit, at least a second apart.</summary>
    public static ulong DefaultStep(ulong start, ulong end)
    {
        const ulong second = 1_000_000_000;
        var baseline = (end - start) / 240;
        var step = baseline / (5 * second) * (5 * second);
        step = step < 5 * second ? baseline / second * second : step;
        return Math.Max(step, second);
    }

    /// <summary>Whole steps, with one more before the first.</summary>
    public MetricsRange Aligned()
    {
        if (IsInstant)
        {
            return this;
        }

        var start = Floor(Start);
        return this with { Start = start > Step ? start - Step : start, End = Ceiling(End) };
    }

    /// <summary>The interval of a moment, or -1.</summary>
    public int IntervalOf(ulong nanos) => IsInstant
        ? nanos >= Start && nanos <= End && End != Start ? 0 : -1
        : Interval(nanos, Floor(Start), Ceiling(End));

    /// <summary>The interval of a moment that was cut to milliseconds, or -1.</summary>
    public int IntervalOfMillis(long millis)
    {
        var (nanos, start, end) = ((ulong)millis * Milli, Start - (Start % Milli), End - (End % Milli));
        return IsInstant ? nanos >= start && nanos <= end && end != start ? 0 : -1 : Interval(nanos, Floor(start), Ceiling(end));
    }

    /// <summary>The point that an interval ends with.</summary>
    public long MillisOf(int interval) => (long)((IsInstant ? End : Floor(Start) + (((ulong)interval + 1) * Step)) / Milli);

    // Open at the left, closed at the right.
    private int Interval(ulong nanos, ulong start, ulong end) => nanos > start && nanos <= end ? (int)((nanos - start - 1) / Step) : -1;

    private ulong Floor(ulong nanos) => nanos - (nanos % Step);

    private ulong Ceiling(ulong nanos) => nanos % Step == 0 ? nanos : nanos + (Step - (nanos % Step));
}
