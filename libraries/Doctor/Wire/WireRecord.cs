namespace TempoCos.Doctor.Wire;

/// <summary>What happened on the wire, over all checks.</summary>
internal sealed class WireRecord
{
    private static readonly TimeSpan Half = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _times = [];
    private readonly List<TimeSpan> _offsets = [];
    private TimeSpan _correction;

    public int Throttled { get; private set; }

    public int Broken { get; private set; }

    /// <summary>The store refused a request for its time.</summary>
    public bool ClockRefused { get; private set; }

    public int Requests => _times.Count;

    /// <summary>Added to this machine's clock, so that one that is wrong is one check's finding and not every check's.</summary>
    public TimeSpan Correction => _correction;

    /// <summary>Median of the store's clock less this machine's; null when no answer had a date.</summary>
    public TimeSpan? ClockOffset => Median(_offsets);

    public void Add(TimeSpan took, TimeSpan? offset, bool throttled)
    {
        lock (_lock)
        {
            _times.Add(took);
            if (offset is { } known)
            {
                // The header counts whole seconds.
                _offsets.Add(known + Half);
            }

            Throttled += throttled ? 1 : 0;
        }
    }

    public void Broke()
    {
        lock (_lock)
        {
            Broken++;
        }
    }

    /// <summary>From the next request on in the store's time; false when that is known already or cannot be.</summary>
    public bool CorrectClock()
    {
        lock (_lock)
        {
            ClockRefused = true;
            if (_correction != TimeSpan.Zero || _offsets.Count == 0)
            {
                return false;
            }

            _correction = _offsets[^1];
            return true;
        }
    }

    private TimeSpan? Median(List<TimeSpan> values)
    {
        lock (_lock)
        {
            return values.Count == 0 ? null : values.Order().ElementAt(values.Count / 2);
        }
    }
}
