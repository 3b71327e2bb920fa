namespace TempoCos.Tempo.Metrics;

/// <summary>Spreads a number of exemplars over the time: few in each part of it.</summary>
public sealed class ExemplarLimit(uint total, MetricsRange range)
{
    private const int PerPart = 2;
    private readonly int[] _parts = new int[range.IsInstant ? 0 : Math.Max(1, total / PerPart)];
    private int _taken;

    /// <summary>Whether there is room for one more at this time; then it is taken.</summary>
    public bool TryTake(long millis)
    {
        var (start, end) = ((long)(range.Start / 1_000_000), (long)(range.End / 1_000_000));
        if (_parts.Length == 0 || _taken >= total || millis < start || millis > end)
        {
            return false;
        }

        var part = (int)Math.Min(_parts.Length - 1, (millis - start) / Math.Max(1, (end - start) / _parts.Length));
        if (_parts[part] >= PerPart)
        {
            return false;
        }

        _parts[part]++;
        _taken++;
        return true;
    }
}
